using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;

namespace Playground.Server.Evaluations;

/// <summary>A data set whose classes are told apart as its reference's are.</summary>
internal sealed class RelabeledPictures(IPictureDataset inner, EvaluatedClasses classes) : IPictureDataset
{
    public string Name => inner.Name;

    public string Form => inner.Form;

    public int Count => inner.Count;

    public int Channels => inner.Channels;

    public int Height => inner.Height;

    public int Width => inner.Width;

    public int? Classes => inner.Classes;

    public IReadOnlyList<string> ClassNames => inner.ClassNames;

    public IReadOnlyList<string> Notes => inner.Notes;

    public IReadOnlyList<LeftOutFile> LeftOut => inner.LeftOut;

    public string? KnownHash => inner.KnownHash;

    public string NameOf(int index) => inner.NameOf(index);

    public string? ClassOf(int index) => inner.Classes is null ? null : classes.KeyOf(inner.Label(index));

    public int Label(int index) => inner.Label(index);

    public void Read(int index, Span<byte> into) => inner.Read(index, into);

    public PictureBatch Read(int index) => inner.Read(index);

    public byte[] ReadBytes(int index) => inner.ReadBytes(index);

    public void Dispose() => inner.Dispose();
}
