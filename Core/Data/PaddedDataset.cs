namespace Playground.Core.Data;

/// <summary>Smaller pictures in the middle of a larger square of black.</summary>
public sealed class PaddedDataset : IPictureDataset
{
    private readonly IPictureDataset _inner;
    private readonly int _size;

    /// <exception cref="PlaygroundException">The pictures are larger than <paramref name="size"/>.</exception>
    public PaddedDataset(IPictureDataset inner, int size)
    {
        if (inner.Width > size || inner.Height > size)
            throw new PlaygroundException(
                $"The pictures are {inner.Width}×{inner.Height}, larger than the model's sample_size {size}; use a model of at least that "
                    + "size.");
        (_inner, _size) = (inner, size);
    }

    public string Name => _inner.Name;

    public int Count => _inner.Count;

    public int Channels => _inner.Channels;

    public int Height => _size;

    public int Width => _size;

    public int? Classes => _inner.Classes;

    public IReadOnlyList<string> ClassNames => _inner.ClassNames;

    public IReadOnlyList<LeftOutFile> LeftOut => _inner.LeftOut;

    public IReadOnlyList<string> Notes => _inner.Notes;

    public int Label(int index) => _inner.Label(index);

    public void Dispose() => _inner.Dispose();

    public void Read(int index, Span<byte> into)
    {
        var picture = new byte[_inner.Channels * _inner.Height * _inner.Width];
        _inner.Read(index, picture);
        into.Clear();
        var (top, left) = ((_size - _inner.Height) / 2, (_size - _inner.Width) / 2);
        for (var c = 0; c < _inner.Channels; c++)
            for (var y = 0; y < _inner.Height; y++)
                picture.AsSpan((c * _inner.Height + y) * _inner.Width, _inner.Width).CopyTo(into[((c * _size + top + y) * _size + left)..]);
    }
}
