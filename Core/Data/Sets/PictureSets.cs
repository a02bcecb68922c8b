using System.Security.Cryptography;
using System.Text;

namespace Playground.Core.Data.Sets;

/// <summary>Opens a set of pictures by its path, and tells its content.</summary>
public static class PictureSets
{
    /// <summary>Opens a folder, a zip archive, an IDX prefix or file, a .npy array, a .bin file of CIFAR, or a stored data set.</summary>
    /// <exception cref="PlaygroundException">Nothing of these is there, or it is damaged or without pictures.</exception>
    public static IPictureSet Open(string path) => FileReading.Of(path, () => OpenAny(path));

    private static IPictureSet OpenAny(string path)
    {
        if (IdxDataset.PrefixAt(path) is { } prefix) return Filled(IdxDataset.Load(prefix));
        if (Directory.Exists(path)) return FolderPictures.Open(path);
        if (!File.Exists(path))
            throw new PlaygroundException(
                $"'{path}' is not there: give a folder of pictures, a zip archive, a .npy or CIFAR .bin file, or the part of IDX files' "
                    + "names before '-images-idx3-ubyte'.");
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ZIP" => ZipPictures.Open(path),
            ".NPY" => NpyPictures.Open(path),
            ".SAFETENSORS" => StoredDataset.Open(path),
            ".BIN" => CifarDataset.Load(path),
            _ => throw new PlaygroundException(
                $"'{path}' is no set of pictures that can be read: a folder, .zip, .npy, CIFAR's .bin and IDX files are."),
        };
    }

    private static IdxDataset Filled(IdxDataset data)
        => data.Count > 0 ? data : throw new PlaygroundException($"'{data.Name}' holds no pictures.");

    /// <summary>
    /// A hash of the pictures' stored bytes, whatever they are called and in whatever order they come: 64 lower-case hexadecimal
    /// digits. Two sets with one hash give the same statistics. Memory: 32 bytes for each picture.
    /// </summary>
    public static string Hash(IPictureSet source, CancellationToken ct = default)
    {
        if (source.KnownHash is { } known) return known;
        var hashes = new byte[source.Count][];
        ParallelWork.For(source.Count, i => hashes[i] = HashOf(source, i), ct);
        Array.Sort(hashes, (a, b) => a.AsSpan().SequenceCompareTo(b));
        using var total = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        total.AppendData(Encoding.UTF8.GetBytes($"{source.Form}, {source.Count}\n"));
        foreach (var hash in hashes) total.AppendData(hash);
        return Convert.ToHexStringLower(total.GetHashAndReset());
    }

    private static byte[] HashOf(IPictureSet source, int index)
    {
        try
        {
            return SHA256.HashData(source.ReadBytes(index));
        }
        catch (PlaygroundException)
        {
            return new byte[SHA256.HashSizeInBytes]; // left out of the features too
        }
    }
}
