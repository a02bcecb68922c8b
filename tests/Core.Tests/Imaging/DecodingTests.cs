using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Core.Tests.Imaging;

/// <summary>Against the bytes that Pillow 9.4 made of the same files; Recordings/README.md says how.</summary>
public sealed class DecodingTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "decoding");

    private static readonly Recorded[] s_recorded =
        JsonSerializer.Deserialize<Recorded[]>(File.ReadAllText(Path.Combine(s_folder, "expected.json")), JsonSerializerOptions.Web)!;

    private static readonly byte[] s_pixels = File.ReadAllBytes(Path.Combine(s_folder, "expected.bin"));

    public static TheoryData<string> Stills => [.. s_recorded.Where(r => r.Shape.Length == 3 && !r.Gray).Select(r => r.File)];

    public static TheoryData<string> Colored => [.. s_recorded.Where(r => r.Gray).Select(r => r.File)];

    public static TheoryData<string> Animations => [.. s_recorded.Where(r => r.Shape.Length == 4).Select(r => r.File)];

    [Theory]
    [MemberData(nameof(Stills))]
    public void An_image_is_decoded_to_the_bytes_that_Pillow_makes(string file)
        => AssertSame(s_recorded.Single(r => r.File == file && !r.Gray), PictureFile.Decode(Read(file)));

    [Theory]
    [MemberData(nameof(Colored))]
    public void Color_becomes_gray_as_in_Pillow(string file)
        => AssertSame(s_recorded.Single(r => r.File == file && r.Gray), PictureFile.Decode(Read(file), channels: 1));

    [Theory]
    [MemberData(nameof(Animations))]
    public void Every_frame_of_an_animation_is_decoded_as_in_Pillow(string file)
    {
        var recorded = s_recorded.Single(r => r.File == file);

        var animation = AnimationFile.Read(Read(file));

        AssertSame(recorded, animation.Frames);
        Assert.Equal(recorded.Delays, animation.Delays.Select(d => (int)d.TotalMilliseconds));
        Assert.Equal(recorded.Loops, animation.Loops);
        Assert.Equal(recorded.Shape[0], PictureFile.ReadHeader(Read(file)).Frames);
    }

    [Theory]
    [MemberData(nameof(Animations))]
    public void Of_an_animation_the_first_frame_is_the_image(string file)
        => Assert.Equal(AnimationFile.Read(Read(file)).Frames[0].Pixels, PictureFile.Decode(Read(file)).Pixels);

    [Theory]
    [MemberData(nameof(Stills))]
    [MemberData(nameof(Animations))]
    public void A_file_cut_off_in_the_middle_is_refused(string file)
    {
        var whole = Read(file);
        // So small are some that half of them is header, or more than the pixels.
        foreach (var length in new[] { whole.Length / 4, whole.Length / 2 })
        {
            var e = Assert.Throws<PlaygroundException>(() => AnimationFile.Read(whole[..length]));
            Assert.Contains("damaged or cut off", e.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(s_folder, file));

    private static void AssertSame(Recorded recorded, PictureBatch picture)
    {
        int[] shape = [picture.Count, picture.Height, picture.Width, picture.Channels];
        Assert.Equal(recorded.Shape.Length == 4 ? recorded.Shape : [1, .. recorded.Shape], shape);
        var expected = s_pixels.AsSpan(recorded.Offset, picture.Pixels.Length).ToArray();
        var differences = expected.Zip(picture.Pixels, (a, b) => Math.Abs(a - b)).Where(d => d > 0).ToArray();
        var most = differences.DefaultIfEmpty().Max();
        Assert.True(differences.Length == 0, $"{differences.Length} of {expected.Length} bytes differ, by {most} at most");
    }

    private sealed record Recorded(string File, int[] Shape, int Offset, bool Gray, int[]? Delays, int Loops);
}
