/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of floating-point, SIMD and cryptographic instructions. */
	.include "kernel.inc"
	.arch	armv8-a+crypto

	/* ---- Floating point ---- */

	kernel	fadd_chain, "fadd d0, d0, d1"
	kernel	fmul_chain, "fmul d0, d0, d1", "fmov d0, #1.0; fmov d1, #1.0"
	kernel	fmadd_accumulate, "fmadd d0, d1, d2, d0"
	kernel	fadd_pair, "fadd d0, d1, d2; fadd d3, d1, d2"
	kernel	fmadd_pair, "fmadd d0, d1, d2, d3; fmadd d4, d1, d2, d3"
	kernel	fdiv_s_chain, "fdiv s0, s0, s1", "fmov s0, #1.0; fmov s1, #1.0"
	kernel	fdiv_d_chain, "fdiv d0, d0, d1", "fmov d0, #1.0; fmov d1, #1.0"
	kernel	fdiv_s, "fdiv s0, s1, s1", "fmov s1, #1.0"
	kernel	fdiv_d, "fdiv d0, d1, d1", "fmov d1, #1.0"
	kernel	fsqrt_s_chain, "fsqrt s0, s0", "fmov s0, #1.0"
	kernel	fsqrt_d_chain, "fsqrt d0, d0", "fmov d0, #1.0"
	kernel	fcsel_chain, "fcsel d0, d0, d1, eq"
	kernel	fcvt_there_and_back, "fcvtzs x3, d0; scvtf d0, x3", "fmov d0, #1.0"
	kernel	fmov_there_and_back, "fmov x3, d0; fmov d0, x3"
	kernel	load_d, "ldr d0, [x2]"
	kernel	load_q, "ldr q0, [x2]"
	kernel	load_pair_q, "ldp q0, q1, [x2]"
	kernel	store_q, "str q0, [x2]"
	kernel	store_pair_q, "stp q0, q1, [x2]"

	/* ---- SIMD ---- */

	kernel	simd_add_chain, "add v0.2s, v0.2s, v1.2s"
	kernel	simd_add_d_pair, "add v0.2s, v1.2s, v2.2s; add v3.2s, v1.2s, v2.2s"
	kernel	simd_add_q_pair, "add v0.4s, v1.4s, v2.4s; add v3.4s, v1.4s, v2.4s"
	kernel	simd_and_chain, "and v0.16b, v0.16b, v1.16b"
	kernel	simd_mul_chain, "mul v0.4s, v0.4s, v1.4s"
	kernel	simd_mla_accumulate, "mla v0.4s, v1.4s, v2.4s"
	kernel	simd_mla_multiplicand, "mla v0.4s, v0.4s, v2.4s"
	kernel	simd_fmla_q_pair, "fmla v0.4s, v1.4s, v2.4s; fmla v3.4s, v1.4s, v2.4s; fmla v4.4s, v1.4s, v2.4s; fmla v5.4s, v1.4s, v2.4s"
	kernel	simd_addv_chain, "addv s0, v0.4s"
	kernel	simd_tbl_chain, "tbl v0.16b, {v1.16b}, v0.16b"
	kernel	simd_ld1_4q, "ld1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x2]"
	kernel	simd_ld4_q, "ld4 {v0.16b, v1.16b, v2.16b, v3.16b}, [x2]"
	kernel	simd_st1_4q, "st1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x2]"

	/* ---- Cryptography ---- */

	kernel	aese_chain, "aese v0.16b, v1.16b"
	kernel	aese_aesmc_pairs, "aese v0.16b, v16.16b; aesmc v0.16b, v0.16b; aese v1.16b, v16.16b; aesmc v1.16b, v1.16b; aese v2.16b, v16.16b; aesmc v2.16b, v2.16b; aese v3.16b, v16.16b; aesmc v3.16b, v3.16b"
	kernel	sha256h_chain, "sha256h q0, q1, v2.4s"
	kernel	pmull_chain, "pmull v0.1q, v0.1d, v1.1d"
