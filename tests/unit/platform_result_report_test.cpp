#include <catch2/catch.hpp>

#include <algorithm>

#include "platform/plot.h"
#include "platform/plot_process.h"
#include "platform/report.h"
#include "platform/report_layout.h"
#include "platform/result_csv.h"
#include "platform/result_resolved.h"
#include "platform/writer_file.h"
#include "support/sample_result.h"

using namespace viosim;
using namespace viosim::platform;

TEST_CASE("A latency run prints one table a path, as perftest does", "[platform][unit]") {
  CHECK(performance_tables(test::sample_results()) ==
        "native, half round trip:\n"
        " #bytes  #iterations  t_min[usec]  t_max[usec]  t_typical[usec]  t_avg[usec]  99%[usec]  99.9%[usec]\n"
        "      2         1000        0.504        0.504            0.504        0.504      0.504        0.504\n"
        "     64         1000        0.628        0.628            0.628        0.628      0.628        0.628\n"
        "\n"
        "vrdma, half round trip:\n"
        " #bytes  #iterations  t_min[usec]  t_max[usec]  t_typical[usec]  t_avg[usec]  99%[usec]  99.9%[usec]\n"
        "      2         1000        2.004        2.004            2.004        2.004      2.004        2.004\n"
        "     64         1000        2.128        2.128            2.128        2.128      2.128        2.128\n");
}

TEST_CASE("The stacks stand side by side at the smallest size and add up to the average", "[platform][unit]") {
  CHECK(stack_table(test::sample_results(), false) ==
        "Where the time goes, ns of a half round trip, 2 B:\n"
        " group           cause              native   vrdma\n"
        " software        Execute             300.0   300.0\n"
        " virtualisation  VmExit                  .  1500.0\n"
        " pcie            LinkSerialization     4.0     4.0\n"
        " device          Pipeline            200.0   200.0\n"
        " -------------------------------------------------\n"
        " total                               504.0  2004.0\n"
        " residual                            0.000   0.000\n"
        " in lumped constants                39.7 %  10.0 %\n"
        " on assumptions                     39.7 %  10.0 %\n"
        " on recalled figures                 0.0 %   0.0 %\n");
}

TEST_CASE("The run file says where the stacks stand side by side", "[platform][unit]") {
  ResultSet results = test::sample_results();
  results.report.stack_at = {{"size", "64 B"}};
  CHECK_THAT(
      stack_table(results, true),
      Catch::Contains("trip, 64 B") && Catch::Contains(" esx0.hca0.link_up    LinkSerialization   128.0   128.0\n"));
  results.report.stack_at = {{"size", "65 B"}};
  CHECK_THROWS_WITH(stack_table(results, true), Catch::Contains("size=65 B"));
}

TEST_CASE("Metrics beside the headline and figures from elsewhere are printed", "[platform][unit]") {
  CHECK(metrics_table(test::sample_results(), false) ==
        "How often, per operation (a half round trip is half of one; both hosts are counted):\n"
        " metric               native  vrdma\n exits [1/operation]   0.000  2.000\n");
  ResultSet results = test::sample_results();
  CHECK(reference_lines(results) ==
        "For comparison (nothing is fitted to these figures):\n"
        " figure from elsewhere  value  status    predicted at         predicted  range\n"
        " authors' estimate      5 us   estimate  path=vrdma size=2 B   2.004 us      -\n"
        " ranges of all:          viosim run sample --range\n"
        " range of one, and why:  viosim sensitivity sample --at path=vrdma --at size=\"2 B\"\n");
  results.points[2].metrics[0].range = MetricRange{1'500'000, 2'600'000, 500'000};
  CHECK_THAT(reference_lines(results), Catch::EndsWith("2.004 us  1.500 .. 2.600\n"));
  results.points.erase(results.points.begin() + 2, results.points.end());
  CHECK(reference_lines(results).empty());
}

TEST_CASE("What users ask for stands first, the models' inner counts only on demand", "[platform][unit]") {
  ResultSet results = test::sample_results();
  for (PointResult& p : results.points)
    for (const char* name : {"dllps", "tlps_read", "polls", "exits_hlt", "packets_dropped", "vm_exits"})
      p.metrics.push_back({name, "", "per operation", 3, 1000, 1});
  const auto order = [&](bool all) {
    const std::string text = metrics_table(results, all);
    std::vector<std::size_t> places;
    for (const char* name : {"\n vm_exits", "\n exits_hlt", "\n polls", "\n packets_dropped", "\n dllps", "\n tlps_read"})
      places.push_back(text.find(name));
    return places;
  };
  const std::vector<std::size_t> few = order(false), all = order(true);
  CHECK(std::is_sorted(all.begin(), all.end()));
  CHECK(all.back() != std::string::npos);
  CHECK(few[3] != std::string::npos);
  CHECK(few[4] == std::string::npos);
  CHECK(few[5] == std::string::npos);
  CHECK_THAT(metrics_table(results, false), Catch::EndsWith(" and 2 inner ones: --sites shows them\n"));
}

TEST_CASE("The headlines of the paths stand side by side", "[platform][unit]") {
  ResultSet results = test::sample_results();
  CHECK(side_by_side(results) ==
        "Side by side, half round trip, t_typical[usec]:\n"
        " #bytes  native  vrdma\n"
        "      2   0.504  2.004\n"
        "     64   0.628  2.128\n");
  results.points[3].metrics[0].text = "round trip";
  CHECK(side_by_side(results).empty());
}

TEST_CASE("Many paths stand in blocks that fit a terminal", "[platform][unit]") {
  ResultSet results = test::sample_results();
  results.points.erase(results.points.begin() + 1, results.points.end());
  for (int i = 0; i < 11; ++i) {
    results.points.push_back(results.points.front());
    results.points.back().labels[0].second = "path, of number " + std::to_string(i);
  }
  std::string widest;
  const std::string text = stack_table(results, false);
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    if (end - at > widest.size()) widest = text.substr(at, end - at);
  CHECK(widest.size() <= kLineWidth);
  CHECK_THAT(text, Catch::Contains("of number 10/"));
  CHECK(stacked_title("event/vrdma, interrupt") == "event/\nvrdma,\ninterrupt");
}

TEST_CASE("A throughput run names its rate and its bottleneck", "[platform][unit]") {
  ResultSet results = test::sample_results();
  for (PointResult& p : results.points) {
    p.headline = "bandwidth";
    p.metrics = {{"bandwidth", "payload", "bit/s", 0, 30'700'000'000, 1000},
                 {"message_rate", "messages", "1/s", 0, 5'470'000, 1}};
  }
  CHECK_THAT(performance_tables(results),
             Catch::Contains(" #bytes  #iterations  BW[Gb/sec]  MsgRate[Mpps]            bottleneck\n"
                             "      2         1000      30.700          5.470  esx0.core0 (Execute)\n"));
}

TEST_CASE("A run without sizes stands in one table", "[platform][unit]") {
  ResultSet results = test::sample_results();
  results.points.erase(results.points.begin() + 3);
  results.points.erase(results.points.begin() + 1);
  CHECK(row_axis(results).empty());
  CHECK(groups_of(results).size() == 1);
  CHECK_THAT(performance_tables(results), Catch::Contains(" path=vrdma size=2 B"));
}

TEST_CASE("The ledger has one line a point, site and cause", "[platform][unit]") {
  const std::string csv = ledger_csv(test::sample_results());
  CHECK_THAT(csv,
             Catch::StartsWith("path,size,site,cause,kind,ps,operations,ps_per_operation,occurrences,basis\n"
                               "native,2 B,esx0.core0,Execute,served,600000000,1000,600000.000,4000,measured\n"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 3 + 3 + 4 + 4);
}

TEST_CASE("Resolved values that all points share stand once", "[platform][unit]") {
  const std::string text = resolved_file(test::sample_results());
  CHECK_THAT(
      text, Catch::Contains(
                "[common]\nesx0.hca0.kind = 'hca'\nesx0.hca0.lanes = { origin = 'spec', ref = 'x', value = 8 }\n"));
  CHECK_THAT(text, Catch::Contains("[[point]]\nlabels.path = 'native'\nlabels.size = '64 B'\n"
                                   "values.workload.size = { origin = 'override', value = '64 B' }\n"));
}

TEST_CASE("The plot is drawn by gnuplot, the same bytes each time", "[platform][unit]") {
  const std::string svg = stack_plot_svg(test::sample_results());
  CHECK_THAT(svg, Catch::Contains("<svg") && Catch::Contains("LinkSerialization") && Catch::Contains("vrdma"));
  CHECK(svg == stack_plot_svg(test::sample_results()));
}

TEST_CASE("A run may choose the axis of its rows and curves", "[platform][unit]") {
  ResultSet results = test::sample_results();
  results.report.rows = "path";
  CHECK(performance_tables(results) ==
        "2 B, half round trip:\n"
        "   path  #iterations  t_min[usec]  t_max[usec]  t_typical[usec]  t_avg[usec]  99%[usec]  99.9%[usec]\n"
        " native         1000        0.504        0.504            0.504        0.504      0.504        0.504\n"
        "  vrdma         1000        2.004        2.004            2.004        2.004      2.004        2.004\n"
        "\n"
        "64 B, half round trip:\n"
        "   path  #iterations  t_min[usec]  t_max[usec]  t_typical[usec]  t_avg[usec]  99%[usec]  99.9%[usec]\n"
        " native         1000        0.628        0.628            0.628        0.628      0.628        0.628\n"
        "  vrdma         1000        2.128        2.128            2.128        2.128      2.128        2.128\n");
  CHECK_THAT(side_by_side(results), Catch::Contains("   path    2 B   64 B\n native  0.504  0.628\n"));
  const std::string script = curve_plot_script(results);
  CHECK_THAT(script, Catch::Contains("\"native\" 0.504") && Catch::Contains("\"vrdma\" 2.128"));
  CHECK_THAT(curve_plot_svg(results), Catch::Contains("</svg>"));
  results.report.rows = "nothing";
  CHECK_THROWS_WITH(performance_tables(results), Catch::Contains("no axis nothing"));
}

TEST_CASE("Texts of a run do no harm in the plot's script", "[platform][unit]") {
  ResultSet results = test::sample_results();
  results.report.title = "it's \"quoted\"\n$(touch x) `touch x`";
  CHECK_THAT(stack_plot_svg(results), Catch::Contains("it's") || Catch::Contains("it&#39;s"));
}

TEST_CASE("A program that is missing or fails says what to do", "[platform][unit]") {
  CHECK_THROWS_WITH(run_filter("no-such-gnuplot", "", "install it"), "no-such-gnuplot is not installed; install it");
  CHECK_THROWS_WITH(run_filter("gnuplot", "plot nonsense(\n", ""), Catch::Contains("gnuplot failed"));
}
