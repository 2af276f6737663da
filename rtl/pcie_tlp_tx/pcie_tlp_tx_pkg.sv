// What the parts of the transmitter share.
package pcie_tlp_tx_pkg;

  // Flow-control classes, as the adapter numbers them.
  typedef enum logic [1:0] {
    Posted     = 2'd0,
    NonPosted  = 2'd1,
    Completion = 2'd2
  } tlp_class_e;
  parameter int unsigned Classes = 3;

  // Fields of InitFC and UpdateFC (PCI Express Base Specification 3.0, 2.6.1): counters that wrap.
  parameter int unsigned HeaderWidth = 8;
  parameter int unsigned DataWidth = 12;

endpackage
