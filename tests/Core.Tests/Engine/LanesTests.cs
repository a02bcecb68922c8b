using System.Runtime.Intrinsics;
using Playground.Core.Engine;

namespace Playground.Core.Tests.Engine;

public sealed unsafe class LanesTests
{
    [Fact]
    public void The_exponential_is_within_two_units_in_the_last_place()
    {
        for (var from = -87f; from < 87f; from += 0.37f)
        {
            var x = Vector512.Create(from) + Vector512<float>.Indices * 0.021f;
            var y = Lanes.Exp(x);
            for (var i = 0; i < Lanes.Count; i++)
            {
                var exact = Math.Exp(x[i]);
                Assert.InRange(Math.Abs(y[i] - exact) / exact, 0, 2.5e-7);
            }
        }
    }

    [Fact]
    public void What_is_no_number_stays_none_through_SiLU() => Assert.True(float.IsNaN(Lanes.Silu(Vector512.Create(float.NaN))[3]));

    [Fact]
    public void Bfloat16_is_rounded_to_the_nearest_and_ties_to_even()
    {
        float[] values = [1, 1 + 1f / 256, 1 + 3f / 256, 1.00391f, -2.7182817f, 0, 3.4e38f, 1e-40f, .. new float[8]];
        var memory = stackalloc ushort[Lanes.Count];
        fixed (float* from = values) Lanes.Store(Lanes.Load(from), memory);
        Assert.Equal([0x3f80, 0x3f80, 0x3f82, 0x3f81, 0xc02e, 0, 0x7f80, 0x0001], new Span<ushort>(memory, 8).ToArray());
        Assert.Equal(1.015625f, Lanes.Load(memory)[2]);
    }
}
