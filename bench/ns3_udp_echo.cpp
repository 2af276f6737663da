// The yardstick: two nodes, 100 Gb/s point to point, UDP echo of 64 bytes. Prints round trips and host seconds.
#include <chrono>
#include <cstdio>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

int main() {
  using namespace ns3;
  constexpr std::uint32_t kRoundTrips = 50'000;
  NodeContainer nodes;
  nodes.Create(2);
  PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
  link.SetChannelAttribute("Delay", StringValue("500ns"));
  const NetDeviceContainer devices = link.Install(nodes);
  InternetStackHelper stack;
  stack.Install(nodes);
  Ipv4AddressHelper address;
  address.SetBase("10.1.1.0", "255.255.255.0");
  const Ipv4InterfaceContainer interfaces = address.Assign(devices);

  UdpEchoServerHelper server(9);
  server.Install(nodes.Get(1)).Start(Seconds(0));
  UdpEchoClientHelper client(interfaces.GetAddress(1), 9);
  client.SetAttribute("MaxPackets", UintegerValue(kRoundTrips));
  client.SetAttribute("Interval", TimeValue(MicroSeconds(2)));  // longer than a round trip
  client.SetAttribute("PacketSize", UintegerValue(64));
  client.Install(nodes.Get(0)).Start(MilliSeconds(1));

  Simulator::Stop(MilliSeconds(2) + MicroSeconds(2) * kRoundTrips);
  const auto begin = std::chrono::steady_clock::now();
  Simulator::Run();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  Simulator::Destroy();
  std::printf("%u %f\n", kRoundTrips, seconds);
}
