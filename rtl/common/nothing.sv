// To lint packages, which are no top.
module nothing;
endmodule
