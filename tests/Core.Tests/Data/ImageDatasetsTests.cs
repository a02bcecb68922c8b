using Playground.Core.Data;
using Playground.Core.Imaging;

namespace Playground.Core.Tests.Data;

public sealed class ImageDatasetsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private void Add(string name, byte[]? bytes = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes ?? PngFile.Encode(new PictureBatch(1, 8, 8, 1, new byte[64])));
    }

    private IPictureDataset Open(string path = "") => ImageDatasets.Open(At(path), 8, 1);

    private static string Told(IPictureDataset data)
        => string.Join(' ', Enumerable.Range(0, data.Count).Select(i => data.ClassNames.Count == 0 ? "-" : data.ClassNames[data.Label(i)]));

    [Theory]
    [InlineData("cat/1.png dog/2.png .ipynb_checkpoints/1-checkpoint.png .git/x.png __MACOSX/cat/1.png @eaDir/1.png", "cat dog")]
    [InlineData("cat/siamese/1.png cat/2.png dog/deep/3.png", "cat cat dog")]
    [InlineData("cat/1.png dog/2.png 3.png", "unsorted cat dog")]
    [InlineData("pets/cat/1.png pets/dog/2.png", "cat dog")]
    [InlineData("train/cat/1.png test/cat/2.png train/dog/3.png", "cat cat dog")]
    [InlineData("10/1.png 9/1.png 1/1.png", "1 10 9")]
    [InlineData("1.png 2.PNG 3.jpeg 4.tif 5.avif 6.webp 7.gif 8", "- - - - - - - -")]
    [InlineData("00000-class1.png 00001-class0.png grid.png", "1 0")]
    [InlineData("a/00000.png a/grid.png b/00000.png", "a b")]
    public void Classes_are_the_folders_that_tell_images_apart_and_tools_folders_are_none(string files, string classes)
    {
        foreach (var file in files.Split(' ')) Add(file);
        Assert.Equal(classes, Told(Open()));
    }

    [Fact]
    public void What_is_left_out_is_named_and_what_is_passed_over_is_counted()
    {
        foreach (var name in new[] { "00000.png", "00001.png", "grid.png", ".DS_Store", "sub/Thumbs.db" }) Add(name);
        Add("bad.jpg", "no image"u8.ToArray());
        Add("more.zip", new ZipForge().Add("a.png", [1]).ToArray());
        Add("notes.txt", "words"u8.ToArray());
        Add("recipe.json", "{}"u8.ToArray());
        var data = Open();
        Assert.Equal((2, "bad.jpg grid.png more.zip"), (data.Count, string.Join(' ', data.LeftOut.Select(f => f.Name).Order())));
        Assert.Contains(data.LeftOut, f => f.Reason.Contains("not an image of a kind that can be read", StringComparison.Ordinal));
        Assert.Equal(["2 hidden files and files of tools were passed over.", "2 other files are no images and stayed out."], data.Notes);
    }

    [Fact]
    public void Where_no_image_can_be_read_the_first_is_named()
    {
        Add("3.jpg", "no image"u8.ToArray());
        var refusal = Assert.Throws<PlaygroundException>(() => Open());
        Assert.Matches(@"^None of the 1 images of '.*' can be read\. '3\.jpg': The file is not an image of a kind that can be read",
            refusal.Message);
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte")]
    [InlineData("train_images_idx3_ubyte", "train_labels_idx1_ubyte")]
    [InlineData("train-images.idx3.ubyte", "train-labels.idx1.ubyte")]
    [InlineData("train-images-ubyte", "train-labels-ubyte")]
    [InlineData("train-IMAGES.IDX3-UBYTE", "train-LABELS.IDX1-UBYTE")]
    [InlineData("train-images-idx3-ubyte/train-images-idx3-ubyte", "train-labels-idx1-ubyte/train-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte/train-images.idx3-ubyte", "train-labels.idx1-ubyte")]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte")]
    public void IDX_files_are_found_under_all_names_that_they_come_by(string images, string labels)
    {
        IdxPair.WriteNoise(At("made"), "x", 6, 8);
        Add(images, File.ReadAllBytes(At("made/x-images-idx3-ubyte")));
        Add(labels, File.ReadAllBytes(At("made/x-labels-idx1-ubyte")));
        Directory.Delete(At("made"), recursive: true);
        var own = images.Split('/')[0];
        foreach (var path in own == images ? new[] { "train", "", own } : ["train", ""])
            Assert.Equal((6, 2), (Open(path).Count, Open(path).Classes!.Value));
        Assert.Equal(IdxNames.KeyOf(images), IdxNames.KeyOf(labels));
    }

    [Fact]
    public void Several_pairs_in_one_folder_are_listed_to_choose_from()
    {
        foreach (var name in new[] { "t10k", "train" }) IdxPair.WriteNoise(_folder, name, 2, 8);
        Assert.Contains("several sets of IDX files: t10k, train.", Assert.Throws<PlaygroundException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.npz", "is a zip archive")]
    [InlineData("data_batch_1", "CIFAR's Python version, which is pickled")]
    [InlineData("table.parquet", "is a Parquet table")]
    [InlineData("x.7z", "is a 7z archive")]
    [InlineData("x.png", "is one file, and no set of images")]
    public void One_file_is_told_for_what_it_is(string name, string expected)
    {
        Add(name, name switch
        {
            "x.npz" => new ZipForge().Add("a.txt", [1]).ToArray(),
            "data_batch_1" => [0x80, 2, (byte)'}'],
            "table.parquet" => [.. "PAR1"u8, 1],
            "x.7z" => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0],
            _ => null,
        });
        Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => Open(name)).Message, StringComparison.Ordinal);
    }
}
