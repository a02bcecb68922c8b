using Playground.Core;
using Playground.Core.Imaging;
using static TorchSharp.torch;

namespace Core.Tests.Imaging;

public sealed class PictureTensorTests
{
    [Fact]
    public void A_tensor_becomes_interleaved_bytes_and_values_outside_are_clipped()
    {
        using var scope = NewDisposeScope();
        float[] planes = [-1, 1, /**/ 0, 2, /**/ -3, 0.5f]; // [1, 3, 1, 2]

        var batch = PictureBatch.FromTensor(tensor(planes, [1L, 3, 1, 2]));

        Assert.Equal((1, 1, 2, 3), (batch.Count, batch.Height, batch.Width, batch.Channels));
        Assert.Equal<byte>([0, 128, 0, /**/ 255, 255, 191], batch.Pixels);
    }

    [Fact]
    public void A_tensor_without_four_dimensions_is_refused()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<PlaygroundException>(() => PictureBatch.FromTensor(tensor(new float[4], [2L, 2])));
        Assert.Contains("[2, 2]", e.Message);
    }
}
