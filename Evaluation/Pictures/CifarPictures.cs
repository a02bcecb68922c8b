using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Pictures;

/// <summary>A file of CIFAR's binary version (Krizhevsky 2009): for each picture one label (CIFAR-100: two) and 3×32×32 bytes.</summary>
internal sealed class CifarPictures : ArrayPictures
{
    private const int Side = 32, Pixels = 3 * Side * Side;
    private readonly int _labels;

    private CifarPictures(string path, SafeFileHandle file, int count, int labels) : base(path, file, 0, count, labels + Pixels)
        => _labels = labels;

    /// <exception cref="PlaygroundException">The file's length is not that of whole pictures.</exception>
    public static CifarPictures Open(string path)
    {
        var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        // 1 label: CIFAR-10; 2: CIFAR-100.
        foreach (var labels in new[] { 1, 2 })
            if (length > 0 && length % (labels + Pixels) == 0 && length / (labels + Pixels) <= int.MaxValue)
                return new CifarPictures(path, file, (int)(length / (labels + Pixels)), labels);
        file.Dispose();
        throw new PlaygroundException(
            $"'{path}' has {length:N0} bytes, which are not whole pictures of "
                + $"CIFAR-10 ({1 + Pixels} each) or CIFAR-100 ({2 + Pixels}): copy it again from its source.");
    }

    public override string Form => $"cifar {_labels}";

    // The last label is CIFAR-10's class, and CIFAR-100's fine one.
    public override string ClassOf(int index) => ReadBytes(index)[_labels - 1].ToString(CultureInfo.InvariantCulture);

    public override PictureBatch Read(int index) => new(1, Side, Side, 3, Interleave(ReadBytes(index).AsSpan(_labels), 3));
}
