namespace Playground.Core.Data;

/// <summary>
/// The records of CIFAR's binary files (Krizhevsky 2009): one label byte in CIFAR-10, a coarse and a fine one in CIFAR-100, then 32×32 red,
/// green and blue values. The file has no mark of its own: only its length and its labels tell.
/// </summary>
public static class CifarRecords
{
    public const int Side = 32, Channels = 3, PictureSize = Channels * Side * Side;

    /// <summary>Bytes of labels before each picture of a file: 1 or 2; null when it cannot be CIFAR.</summary>
    /// <param name="length">The file's bytes.</param>
    /// <param name="head">Its first two bytes.</param>
    public static int? LabelBytes(long length, ReadOnlySpan<byte> head)
    {
        if (length <= 0 || head.Length < 2) return null;
        // A length that fits both forms is settled by the first label: CIFAR-10's are 0 to 9, CIFAR-100's coarse ones 0 to 19.
        if (length % (1 + PictureSize) == 0 && head[0] < 10) return 1;
        return length % (2 + PictureSize) == 0 && head[0] < 20 && head[1] < 100 ? 2 : null;
    }

    /// <summary>The class of a record: the fine one in CIFAR-100.</summary>
    /// <exception cref="PlaygroundException">No such class is in CIFAR.</exception>
    public static int Label(ReadOnlySpan<byte> record, int labelBytes)
    {
        var (label, classes) = (record[labelBytes - 1], labelBytes == 1 ? 10 : 100);
        return label < classes ? label : throw new PlaygroundException(
            $"The label {label} is not one of CIFAR-{classes}'s, 0 to {classes - 1}: the file is damaged, or not CIFAR's binary form.");
    }

    /// <summary>Whether the file may be one of CIFAR's by its name.</summary>
    public static bool IsName(string path) => Path.GetExtension(path).Equals(".bin", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the file lists the names of the classes, one a line.</summary>
    public static bool IsClassNames(string path) => Path.GetFileName(path) is "batches.meta.txt" or "fine_label_names.txt";
}
