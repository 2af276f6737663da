/* From reset to main, and from a trap to C.
   mscratch holds the end of the trap's own stack, and 0 while a trap is handled: so a trap within a trap, or with a
   broken stack, is seen and reported instead of repeated for ever. */

#define FRAME 80
#define STACK_PAINT 0x57ac57ac

  .section .text.start, "ax"
  .globl _start
_start:
  csrci mstatus, 8
  csrw mie, zero
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, __ram_end
  la t0, trap_entry
  csrw mtvec, t0
  la t0, trap_stack_end
  csrw mscratch, t0

  la t0, __bss_begin
  la t1, __bss_end
1:
  sw zero, 0(t0)
  sw zero, 4(t0)
  sw zero, 8(t0)
  sw zero, 12(t0)
  addi t0, t0, 16
  bltu t0, t1, 1b

  la t0, __stack_bottom
  li t1, STACK_PAINT
1:
  sw t1, 0(t0)
  addi t0, t0, 4
  bltu t0, sp, 1b

  call main
1:
  wfi
  j 1b

  .text
  .balign 4
trap_entry:
  csrrw sp, mscratch, sp
  beqz sp, within_a_trap
  addi sp, sp, -FRAME
  sw ra, 0(sp)
  sw t0, 4(sp)
  sw t1, 8(sp)
  sw t2, 12(sp)
  sw a0, 16(sp)
  sw a1, 20(sp)
  sw a2, 24(sp)
  sw a3, 28(sp)
  sw a4, 32(sp)
  sw a5, 36(sp)
  sw a6, 40(sp)
  sw a7, 44(sp)
  sw t3, 48(sp)
  sw t4, 52(sp)
  sw t5, 56(sp)
  sw t6, 60(sp)
  csrrw t0, mscratch, zero      /* where the program's stack was */
  sw t0, 64(sp)
  csrr a0, mcause
  bgez a0, exception
  call trap_interrupt
  /* Interrupts stay off behind mret: the main loop gets to run between two of them, whatever the wires say. */
  li t0, 0x80
  csrc mstatus, t0
  lw t0, 64(sp)
  lw ra, 0(sp)
  lw t1, 8(sp)
  lw t2, 12(sp)
  lw a0, 16(sp)
  lw a1, 20(sp)
  lw a2, 24(sp)
  lw a3, 28(sp)
  lw a4, 32(sp)
  lw a5, 36(sp)
  lw a6, 40(sp)
  lw a7, 44(sp)
  lw t3, 48(sp)
  lw t4, 52(sp)
  lw t5, 56(sp)
  lw t6, 60(sp)
  csrw mscratch, t0
  lw t0, 4(sp)
  addi sp, sp, FRAME
  csrrw sp, mscratch, sp
  mret

exception:
  lw a1, 64(sp)
  mv a2, ra
  tail trap_exception           /* does not come back */

within_a_trap:                  /* or with a stack at 0, which is none */
  la sp, trap_stack_end
  csrr a0, mcause
  li a1, 0
  mv a2, ra
  tail trap_exception

  .bss
  .balign 16
trap_stack:
  .space 512
trap_stack_end:
