using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Imaging;

public sealed partial record PictureBatch
{
    /// <summary>The pictures as [N, C, H, W] float32 on the CPU: 0 becomes -1 and 255 becomes 1.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return (tensor(Pixels, [Count, Height, Width, Channels]).permute(0, 3, 1, 2).contiguous().to(ScalarType.Float32) / 127.5 - 1.0)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Rounds a tensor to bytes: -1 becomes 0 and 1 becomes 255; values outside are clipped.</summary>
    /// <param name="x">[N, C, H, W], C = 1 or 3, any floating type, any device.</param>
    /// <exception cref="PlaygroundException">The tensor does not have four dimensions, or C is neither 1 nor 3.</exception>
    public static PictureBatch FromTensor(Tensor x)
    {
        var shape = x.shape;
        if (shape.Length != 4)
            throw new PlaygroundException($"A tensor of shape [{string.Join(", ", shape)}] is not pictures: [N, C, H, W] is wanted.");
        using var scope = NewDisposeScope();
        var bytes = ((x.clamp(-1, 1) + 1) * 127.5).round().to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return new PictureBatch((int)shape[0], (int)shape[2], (int)shape[3], (int)shape[1], bytes.data<byte>().ToArray());
    }
}
