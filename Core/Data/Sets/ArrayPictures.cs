using Microsoft.Win32.SafeHandles;
using Playground.Core.Imaging;

namespace Playground.Core.Data.Sets;

/// <summary>Pictures of one size that follow each other in a file, read where they lie.</summary>
internal abstract class ArrayPictures(string path, SafeFileHandle file, long offset, int count, int stride) : IPictureSet
{
    public string Name => path;

    public int Count => count;

    public abstract string Form { get; }

    public string NameOf(int index) => $"{Path.GetFileName(path)}[{index}]";

    public virtual string? ClassOf(int index) => null;

    public abstract PictureBatch Read(int index);

    public byte[] ReadBytes(int index)
    {
        var bytes = new byte[stride];
        var read = 0;
        while (read < stride)
        {
            var more = RandomAccess.Read(file, bytes.AsSpan(read), offset + (long)index * stride + read);
            if (more == 0) throw new PlaygroundException("The file became shorter while it was read.");
            read += more;
        }
        return bytes;
    }

    public void Dispose() => file.Dispose();
}
