using Playground.Core.Data.Archives;
using Playground.Core.Files;

namespace Playground.Core.Data;

/// <summary>Opens images for training by their path.</summary>
public static class ImageDatasets
{
    /// <summary>
    /// Opens IDX files by their prefix, by a file's own name or by the folder that holds one pair; CIFAR's binary files; a packed data set
    /// (<c>.safetensors</c>); or a folder of images. Images of another size are made to fit where they are files, and laid on black where
    /// they are smaller.
    /// </summary>
    /// <param name="path">As a person gives it.</param>
    /// <param name="size">Height and width that the model takes; null: the data's own, of files <paramref name="fallback"/>.</param>
    /// <param name="channels">1 or 3, for files.</param>
    /// <param name="ct">Stops the decoding.</param>
    /// <param name="fallback">Size of files where none is asked for.</param>
    /// <exception cref="PlaygroundException">Nothing of these is there, or it cannot be used; the sentence says what is.</exception>
    public static IPictureDataset Open(string path, int? size, int channels, CancellationToken ct = default, int fallback = 32)
    {
        var data = OpenAny(path, size ?? fallback, channels, ct);
        if (data.Count == 0) throw new PlaygroundException($"'{path}' holds no images.");
        return size is not { } side || (data.Height == side && data.Width == side) ? data : new PaddedDataset(data, side);
    }

    private static IPictureDataset OpenAny(string path, int size, int channels, CancellationToken ct)
    {
        if (IdxDataset.PrefixAt(path) is { } prefix) return IdxDataset.Load(prefix);
        if (Directory.Exists(path))
        {
            if (IdxNames.PrefixesIn(path) is { Count: > 1 } several)
                throw new PlaygroundException($"'{path}' holds several sets of IDX files: {string.Join(", ", several)}. Give one of them, "
                    + $"such as '{Path.Combine(path, several[0])}'.");
            return HasCifar(path) ? CifarDataset.Load(path) : ImageFolderDataset.Load(path, size, channels, ct);
        }
        if (!File.Exists(path)) throw new PlaygroundException($"The data folder '{path}' does not exist.");
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".bin" => CifarDataset.Load(path),
            ".safetensors" => StoredDataset.Open(path),
            _ => throw new PlaygroundException($"'{path}' is {Described(path)}; give a folder of images, IDX files, CIFAR's binary files, "
                + "or a data set that was downloaded from this program (.safetensors)."),
        };
    }

    private static bool HasCifar(string folder) => Directory.EnumerateFiles(folder).Any(f => CifarRecords.IsName(f)
        && !EntryPath.IsSystem(Path.GetFileName(f)));

    private static string Described(string path) => FileNature.Of(path) is { } nature ? nature.What : "one file, and no set of images";
}
