// What the parts of the IOTLB share.
package iommu_iotlb_pkg;

  parameter int unsigned DomainWidth = 16;
  parameter int unsigned PageWidth = 45;   // 57 bits of address, pages of 4 KB
  parameter int unsigned LevelBits = 9;    // of a page number, that a level of the tables resolves
  parameter int unsigned Levels = 3;       // of pages: 4 KB, 2 MB, 1 GB

  typedef logic [1:0] level_t;
  typedef logic [PageWidth-1:0] page_t;
  typedef logic [DomainWidth-1:0] domain_t;

  // The number of the page of `level` in which the 4 KB page is.
  function automatic page_t number_of(page_t page, level_t level);
    unique case (level)
      2'd0:    return page;
      2'd1:    return page >> LevelBits;
      default: return page >> (2 * LevelBits);
    endcase
  endfunction

  // Does the page of `level` with this number touch the 4 KB pages first to last?
  function automatic logic touches(page_t number, level_t level, page_t first, page_t last);
    return number >= number_of(first, level) && number <= number_of(last, level);
  endfunction

endpackage
