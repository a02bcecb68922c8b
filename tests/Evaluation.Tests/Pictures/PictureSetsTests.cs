using System.Buffers.Binary;
using System.Text;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Tests.Pictures;

public sealed class PictureSetsTests : IDisposable
{
    private readonly PictureSet _set = new();

    [Fact]
    public void A_folder_gives_its_pictures_by_path_with_their_classes_and_leaves_other_files_alone()
    {
        _set.Add("b.png", PictureSet.Png(1)).Add("a/2.png", PictureSet.Png(2)).Add("a/1.PNG", PictureSet.Png(3)).Add("notes.txt", [1])
            .Add(".hidden/x.png", PictureSet.Png(4)).Add("grid.png", PictureSet.Png(5));
        Directory.CreateSymbolicLink(_set.At("loop"), _set.Root);
        using var source = PictureSets.Open(_set.Root);
        Assert.Equal(["a/1.PNG", "a/2.png", "b.png"], Names(source));
        Assert.Equal(["a", "a", null], Enumerable.Range(0, 3).Select(source.ClassOf));
        Assert.Equal([3, 2, 1], Levels(source));
        Assert.Equal(new LeftOutFile("grid.png", "It is the overview that 'sample' writes beside its pictures."),
            Assert.Single(source.LeftOut));
    }

    [Fact]
    public void A_zip_archive_gives_the_same_as_the_folder_and_has_the_same_hash()
    {
        _set.Add("folder/b.png", PictureSet.Png(1)).Add("folder/a/1.png", PictureSet.Png(3));
        using var folder = PictureSets.Open(_set.At("folder"));
        using var archive = PictureSets.Open(
            _set.Zip(("b.png", PictureSet.Png(1)), ("__MACOSX/b.png", [0]), ("a/", []), ("a/1.png", PictureSet.Png(3))));
        Assert.Equal(Names(folder), Names(archive));
        Assert.Equal(Levels(folder), Levels(archive));
        Assert.Equal("a", archive.ClassOf(0));
        Assert.Equal(PictureSets.Hash(folder), PictureSets.Hash(archive));
    }

    [Fact]
    public void The_hash_tells_contents_and_not_names_or_order()
    {
        string Hash(string folder, params (string Name, byte Level)[] pictures)
        {
            foreach (var (name, level) in pictures) _set.Add($"{folder}/{name}", PictureSet.Png(level));
            using var source = PictureSets.Open(_set.At(folder));
            return PictureSets.Hash(source);
        }

        var hash = Hash("one", ("1.png", 1), ("2.png", 2));
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, Hash("two", ("x.png", 2), ("y.png", 1)));
        Assert.NotEqual(hash, Hash("three", ("1.png", 1), ("2.png", 3)));
        Assert.NotEqual(hash, Hash("four", ("1.png", 1), ("2.png", 2), ("3.png", 2)));
    }

    [Fact]
    public void Arrays_of_bytes_and_of_floats_give_the_pictures_that_NumPy_saved()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 2 * 3 * 3).Select(i => (byte)(i * 7))];
        using (var bytes = PictureSets.Open(Npy("bytes.npy", "|u1", "2, 2, 3, 3", pixels)))
        {
            Assert.Equal((2, "bytes.npy[1]"), (bytes.Count, bytes.NameOf(1)));
            Assert.Equal(pixels[18..], bytes.Read(1).Pixels);
        }
        using (var grey = PictureSets.Open(Npy("grey.npy", "|u1", "6, 2, 3", pixels)))
            Assert.Equal((6, 2, 3, 1), (grey.Count, grey.Read(5).Height, grey.Read(5).Width, grey.Read(5).Channels));

        float[] values = [-1, 1, 0, 2, -2, .5f, 0, 0, 0, 0, 0, float.NaN];
        byte[] floats = [.. values.SelectMany(BitConverter.GetBytes)];
        using var planar = PictureSets.Open(Npy("floats.npy", "<f4", "2, 3, 1, 2", floats));
        Assert.Equal([0, 128, 0, 255, 255, 191], planar.Read(0).Pixels); // R: 0 255, G: 128 255, B: 0 191
        Assert.Equal("It holds values that are not finite numbers.", Assert.Throws<PlaygroundException>(() => planar.Read(1)).Message);
    }

    [Theory]
    [InlineData("<f8", "1, 3, 1, 2", 48, "it holds <f8 of shape (1, 3, 1, 2)")]
    [InlineData("|u1", "1, 1, 2, 4", 8, "it holds |u1 of shape (1, 1, 2, 4)")]
    [InlineData("|u1", "2, 1, 2, 3", 7, "bytes where its shape needs")]
    [InlineData("|u1", "1, 70000, 70000, 3", 9, "pictures have 1 to 4096 pixels a side")]
    [InlineData("|u1", "0, 1, 2, 3", 0, "pictures have 1 to 4096 pixels a side")]
    [InlineData("|u1", "99999999999999999999, 2, 3", 0, "its shape cannot be read")]
    public void An_array_of_another_kind_is_refused_with_what_it_is(string type, string shape, int length, string expected)
    {
        var refusal = Assert.Throws<PlaygroundException>(() => PictureSets.Open(Npy("x.npy", type, shape, new byte[length])));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_CIFAR_gives_its_pictures_and_labels()
    {
        byte[] one = [7, .. Enumerable.Repeat((byte)10, 1024), .. Enumerable.Repeat((byte)20, 1024), .. Enumerable.Repeat((byte)30, 1024)];
        _set.Add("data_batch_1.bin", [.. one, .. one.Select(b => (byte)(b + 1))]);
        using var source = PictureSets.Open(_set.At("data_batch_1.bin"));
        Assert.Equal((2, "8", "data_batch_1.bin[1]"), (source.Count, source.ClassOf(1), source.NameOf(1)));
        Assert.Equal([11, 21, 31, 11, 21, 31], source.Read(1).Pixels[..6]);

        _set.Add("train.bin", [3, .. one]);
        using var hundred = PictureSets.Open(_set.At("train.bin"));
        Assert.Equal((1, "7", 20), (hundred.Count, hundred.ClassOf(0), hundred.Read(0).Pixels[1]));
        _set.Add("short.bin", one[1..]);
        Assert.Contains("3,072 bytes, which are not whole records",
            Assert.Throws<PlaygroundException>(() => PictureSets.Open(_set.At("short.bin"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IDX_files_are_found_by_their_prefix_and_by_their_own_name()
    {
        var images = new byte[16 + 2 * 4];
        new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8 }.CopyTo(images, 0);
        _set.Add("t10k-images-idx3-ubyte", images).Add("t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 4, 9]);
        foreach (var path in new[] { "t10k", "t10k-images-idx3-ubyte" })
        {
            using var source = PictureSets.Open(_set.At(path));
            Assert.Equal((2, "9", "t10k[1]"), (source.Count, source.ClassOf(1), source.NameOf(1)));
            Assert.Equal([5, 6, 7, 8], source.Read(1).Pixels);
        }
    }

    [Fact]
    public void What_is_not_there_empty_or_of_no_known_kind_is_told_in_a_sentence()
    {
        Refused("/nowhere", "'/nowhere' is not there: give a folder of pictures");
        Refused(_set.Root, "holds no pictures: files that end in .png, .jpg");
        Refused(_set.Add("x.tar", [1]).At("x.tar"), "is no set of pictures that can be read");
        Refused(_set.Add("x.zip", [1, 2, 3]).At("x.zip"), "is not a zip archive, or one that is cut off");
        Refused(_set.Zip(("a.txt", [1])), "holds no pictures");
        var zip = File.ReadAllBytes(_set.Zip(("a.png", PictureSet.Png(1))));
        Refused(_set.Add("cut.zip", zip[..^30]).At("cut.zip"), "is not a zip archive, or one that is cut off");

        static void Refused(string path, string words) => Assert.Contains(words,
            Assert.Throws<PlaygroundException>(() => PictureSets.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_beyond_the_limits_is_refused_before_anything_is_unpacked()
    {
        var path = _set.Zip(("bomb.png", new byte[10_000_000]));
        Assert.Contains("and claims to hold 10,000,000; more than 100 times is refused",
            Assert.Throws<PlaygroundException>(() => ZipPictures.Open(path)).Message, StringComparison.Ordinal);
        var many = _set.Zip(("a.png", [1]), ("b.png", [1]), ("c.txt", [1]));
        Assert.Contains("holds 3 entries; the limit is 2", Assert.Throws<PlaygroundException>(
            () => ZipPictures.Open(many, new ZipPictureLimits { MaxEntries = 2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_holds_more_than_it_claims_gives_no_more_than_that()
    {
        // The directory claims 100 bytes where the data unpack to a million, as the lying kinds of bomb do.
        var path = _set.Zip(("lie.png", new byte[1_000_000]));
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().LastIndexOf("PK\x1\x2"u8) + 24), 100);
        File.WriteAllBytes(path, bytes);
        using var archive = ZipPictures.Open(path);
        var read = Record.Exception(() => Assert.Equal(100, archive.ReadBytes(0).Length));
        Assert.True(read is null or PlaygroundException, $"{read}");

        using var large = ZipPictures.Open(_set.Zip(("large.png", PictureSet.Png(1))), new ZipPictureLimits { MaxPictureBytes = 10 });
        Assert.Contains("the limit is 10.", Assert.Throws<PlaygroundException>(() => large.ReadBytes(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Formats_that_are_not_read_are_named_and_not_promised()
    {
        byte[] bitmap = [.. "BM"u8, 58, .. new byte[7], 54, 0, 0, 0, 40, .. new byte[43]];
        _set.Add("only/0.bmp", bitmap).Add("only/1.pgm", "P5\n1 1\n255\n\0"u8.ToArray());
        using var folder = PictureSets.Open(_set.At("only"));
        using var zip = PictureSets.Open(_set.Zip(("0.bmp", bitmap)));
        foreach (var (source, index, name) in new[] { (folder, 0, "BMP"), (folder, 1, "PGM or PPM"), (zip, 0, "BMP") })
            Assert.Contains($"is a {name} image, which is not read; save it as PNG first",
                Assert.Throws<PlaygroundException>(() => source.Read(index)).Message, StringComparison.Ordinal);
        var none = Assert.Throws<PlaygroundException>(() => PictureSets.Open(_set.Add("none/x.txt", [1]).At("none"))).Message;
        Assert.DoesNotMatch("bmp|pgm|ppm", none);
    }

    [Theory]
    [InlineData(0f, 255f, "its values are 0 to 255, and float32 is taken as -1 to 1: divide by 127.5")]
    [InlineData(0f, 1f, "its values are 0 to 1, and float32 is taken as -1 to 1: multiply by 2")]
    [InlineData(-1f, 1f, null)]
    [InlineData(-1.2f, 1.3f, null)]
    public void An_array_of_another_range_is_refused_with_its_range(float low, float high, string? expected)
    {
        byte[] values = [.. new[] { low, high, (low + high) / 2, high }.SelectMany(BitConverter.GetBytes)];
        var path = Npy("range.npy", "<f4", "1, 1, 2, 2", values);
        if (expected is not null)
            Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => PictureSets.Open(path)).Message,
                StringComparison.Ordinal);
        else PictureSets.Open(path).Dispose();
    }

    [Theory]
    [InlineData("arr_0", "'arr_0' is u1 of shape [2, 4, 4, 3]")]
    [InlineData("train_images", "'train_images' is u1 of shape [2, 4, 4, 3]")]
    public void A_file_of_arrays_that_holds_images_says_so_and_how_to_hand_them_over(string name, string expected)
    {
        using var array = new MemoryStream();
        Core.Data.NpyFile.Write(array, new Core.Data.NpyArray("u1", [2, 4, 4, 3], new byte[96]));
        var path = _set.Zip(($"{name}.npy", array.ToArray()));
        var refusal = Assert.Throws<PlaygroundException>(() => Playground.Evaluation.Statistics.StatisticsFile.Read(path)).Message;
        Assert.Contains($"holds images, not statistics: {expected}", refusal, StringComparison.Ordinal);
        Assert.Contains($"numpy.save('{name}.npy'", refusal, StringComparison.Ordinal);
    }

    public void Dispose() => _set.Dispose();

    private static IEnumerable<string> Names(IPictureSet source) => Enumerable.Range(0, source.Count).Select(source.NameOf);

    private static IEnumerable<int> Levels(IPictureSet source)
        => Enumerable.Range(0, source.Count).Select(i => (int)source.Read(i).Pixels[0]);

    private string Npy(string name, string type, string shape, byte[] data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        byte[] length = [(byte)header.Length, 0];
        return _set.Add(name, [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data]).At(name);
    }
}
