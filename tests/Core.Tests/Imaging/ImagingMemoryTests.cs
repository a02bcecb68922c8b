using NetVips;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Core.Tests.Imaging;

[CollectionDefinition(nameof(ImagingMemoryTests), DisableParallelization = true)]
[Collection(nameof(ImagingMemoryTests))]
public sealed class ImagingMemoryTests
{
    [Fact]
    public void Nothing_of_libvips_is_left_behind_by_files_that_are_read_written_or_refused()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "decoding");
        var paths = Directory.GetFiles(folder).Where(path => Path.GetExtension(path) is not (".json" or ".bin"));
        byte[][] files = [.. paths.Select(File.ReadAllBytes)];
        Assert.NotEmpty(files);
        Use(files); // what libvips keeps for good is made now
        var (allocations, bytes, open) = (Stats.Allocations, Stats.Mem, Stats.Files);

        for (var round = 0; round < 3; round++) Use(files);

        Assert.Equal((allocations, bytes, open), (Stats.Allocations, Stats.Mem, Stats.Files));
    }

    private static void Use(byte[][] files)
    {
        foreach (var file in files)
        {
            var animation = AnimationFile.Read(file);
            foreach (var fit in Enum.GetValues<PictureFit>()) PictureFile.Decode(file, size: 16, fit: fit);
            PictureFile.Decode16(file);
            AnimationFile.EncodeGif(animation.Frames, AnimationFile.MinDelay);
            AnimationFile.EncodeWebp(animation.Frames, AnimationFile.MinDelay);
            PngFile.ReadText(PngFile.Encode(animation.Frames[0], new Dictionary<string, string> { ["a"] = "b" }));
            Assert.Throws<PlaygroundException>(() => PictureFile.Decode(file[..(file.Length / 2)]));
            Assert.Throws<PlaygroundException>(() => PictureFile.Decode(file, limits: new PictureLimits { MaxPixels = 0 }));
        }
    }
}
