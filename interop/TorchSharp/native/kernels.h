// Chains of operators as single passes over memory, for the CPU.
#pragma once
#include <ATen/ATen.h>

/// One update of AdamW (Loshchilov & Hutter 2017, algorithm 2, without decay) in place of eight operators.
/// rate is the learning rate over 1 - beta1^n; correction2 is 1 - beta2^n. Contiguous float32.
void adamw(at::Tensor &weight, const at::Tensor &grad, at::Tensor &m, at::Tensor &v, float rate, float beta1, float beta2, double correction2, float eps, float scale);

/// SiLU of the group norm of x [N, C, H, W], channels last, float32 or bfloat16, reckoned in float32.
/// The result is channels last too, in bfloat16 where asked.
at::Tensor group_norm_silu(const at::Tensor &x, int64_t groups, const at::Tensor &weight, const at::Tensor &bias, double eps, bool to_bfloat16);
