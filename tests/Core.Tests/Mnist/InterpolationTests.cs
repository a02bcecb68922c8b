using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;

namespace Playground.Core.Tests.Mnist;

public sealed class InterpolationTests(ITestOutputHelper output)
{
    [Fact]
    public void Two_digits_come_back_from_the_noise_that_fifty_steps_find_for_them()
    {
        var data = Path.Combine(Repository.Root, "..", "shared", "data", "mnist", "t10k");
        Assert.SkipUnless(IdxDataset.Exists(data), "MNIST is not there: no digits to interpolate between.");
        var digits = IdxDataset.Load(data);
        var pixels = new byte[2 * 784];
        digits.Read(2, pixels.AsSpan(0, 784));
        digits.Read(18, pixels.AsSpan(784));
        using var model = ModelFolder.Load(Path.Combine(Repository.Root, "models", "mnist"));

        var result = SamplingRun.Execute(model,
            new SamplingRequest { Steps = 50, Count = 3, Interpolate = new PictureBatch(2, 28, 28, 1, pixels) });
        int[] errors = [.. result.Pictures[0].Pixels.Concat(result.Pictures[2].Pixels)
            .Zip(pixels, (made, given) => Math.Abs(made - given))];
        output.WriteLine($"grey levels off: {errors.Average():0.00} on average, {errors.Max()} at most");
        Assert.InRange(errors.Average(), 0, 0.5);
        Assert.InRange(errors.Max(), 0, 16);
        Assert.True(result.Pictures[1].Pixels.Zip(pixels, (made, given) => Math.Abs(made - given)).Average() > 5);
    }
}
