using Playground.Core.Imaging;

namespace Playground.Core.Data.Sets;

/// <summary>Images in a fixed order, read one by one; any number of threads may read at once.</summary>
public interface IPictureSet : IDisposable
{
    /// <summary>Where the images came from, as a person would say it.</summary>
    string Name { get; }

    /// <summary>What the bytes of <see cref="ReadBytes"/> are, such as files, or an array's type and shape.</summary>
    string Form { get; }

    /// <summary>How many there are, unreadable ones included.</summary>
    int Count { get; }

    /// <summary>What image <paramref name="index"/> is called, such as its path within the folder.</summary>
    string NameOf(int index);

    /// <summary>
    /// The class of image <paramref name="index"/>, such as its first folder or its label; null where there are no classes.
    /// </summary>
    string? ClassOf(int index);

    /// <summary>A hash of all contents, where it is known without reading them.</summary>
    string? KnownHash => null;

    /// <summary>Reads an image.</summary>
    /// <returns>A batch of one.</returns>
    /// <exception cref="PlaygroundException">It cannot be read; the message says why, without its name.</exception>
    PictureBatch Read(int index);

    /// <summary>The bytes that image <paramref name="index"/> is stored as, for its hash.</summary>
    /// <exception cref="PlaygroundException">It cannot be read.</exception>
    byte[] ReadBytes(int index);

    /// <summary>Files that were left out from the start, each with the reason.</summary>
    IReadOnlyList<LeftOutFile> LeftOut => [];
}
