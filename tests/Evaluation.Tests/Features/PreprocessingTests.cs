using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Evaluation.Features;

namespace Playground.Evaluation.Tests.Features;

public sealed class PreprocessingTests
{
    private static readonly string s_recordings = Path.Combine(AppContext.BaseDirectory, "Recordings", "resize.json");

    [Fact]
    public void Resized_pictures_equal_those_of_PyTorch_TensorFlow_1_and_Pillow()
    {
        var recordings = JsonSerializer.Deserialize<Recording[]>(File.ReadAllText(s_recordings), JsonSerializerOptions.Web)!;
        Assert.Equal(42, recordings.Length);
        foreach (var recorded in recordings)
        {
            var preprocessing = Preprocessing.Named(recorded.Preprocessing);
            var input = new float[preprocessing.Length];
            preprocessing.Prepare(FormulaPicture.Of(recorded.Height, recorded.Width), 0, input);
            var scale = recorded.Preprocessing == "pytorch-fid" ? 1 : 255f / 256;
            var channel = input.AsSpan(recorded.Channel * 299 * 299, 299 * 299);
            var furthest = recorded.Points.Max(p => Math.Abs(p[2] - input[(recorded.Channel * 299 + (int)p[0]) * 299 + (int)p[1]] / scale));
            Assert.InRange(furthest, 0, 1e-4);
            var sum = 0.0;
            foreach (var value in channel) sum += value / scale;
            Assert.Equal(recorded.Sum, sum, 1e-6 * recorded.Sum);
        }
    }

    [Theory]
    [InlineData("pytorch-fid", 0, .25, .75, 1)]
    [InlineData("tf1", 0, .5, 1, 1)]
    public void Two_pixels_become_four_as_the_conventions_say(string name, double a, double b, double c, double d)
    {
        var filter = name == "tf1" ? Evaluation.Features.Resizing.ResizeFilter.AsymmetricBilinear
            : Evaluation.Features.Resizing.ResizeFilter.HalfPixelBilinear;
        var result = new float[16];
        new Evaluation.Features.Resizing.Resizer(filter, 4).Resize([0, 255, 0, 255], 2, 2, 1, 0, result);
        Assert.Equal([a * 255, b * 255, c * 255, d * 255], result[..4].Select(v => (double)v));
    }

    [Fact]
    public void Grey_is_repeated_for_colour_and_colour_is_weighed_for_grey()
    {
        var grey = new float[Preprocessing.PytorchFid.Length];
        Preprocessing.PytorchFid.Prepare(new PictureBatch(1, 1, 1, 1, [90]), 0, grey);
        Assert.All(grey, v => Assert.Equal(90, v));

        var digit = new float[28 * 28];
        Preprocessing.Mnist.Prepare(new PictureBatch(2, 1, 1, 3, [0, 0, 0, 200, 100, 50]), 1, digit);
        Assert.All(digit, v => Assert.Equal(124, v, 1e-3)); // .299·200 + .587·100 + .114·50 = 124.2
    }

    [Fact]
    public void A_digit_of_28_pixels_is_not_touched()
    {
        byte[] pixels = [.. Enumerable.Range(0, 28 * 28).Select(i => (byte)(i * 31))];
        var input = new float[28 * 28];
        Preprocessing.Mnist.Prepare(new PictureBatch(1, 28, 28, 1, pixels), 0, input);
        Assert.Equal(pixels.Select(p => (float)p), input);
    }

    [Fact]
    public void An_unknown_preprocessing_is_refused_with_the_names_there_are()
        => Assert.Equal("There is no preprocessing 'lanczos' for an Inception network: it is one of pytorch-fid, tf1, clean.",
            Assert.Throws<PlaygroundException>(() => Preprocessing.Named("lanczos")).Message);

    private sealed record Recording(string Preprocessing, int Height, int Width, int Channel, double Sum, double[][] Points);
}
