using Playground.Core.Data;

namespace Playground.Core.Tests.Training;

/// <summary>Grey pictures of 8×8 in three classes, each a ramp of its own.</summary>
internal sealed class Gradients(int count = 10, int? classes = 3) : IPictureDataset
{
    public string Name => "gradients";
    public int Count => count;
    public int Channels => 1;
    public int Height => 8;
    public int Width => 8;
    public int? Classes => classes;

    public int Label(int index) => classes is { } n ? index % n : 0;

    public void Read(int index, Span<byte> into)
    {
        for (var i = 0; i < into.Length; i++) into[i] = (byte)(index * 20 + i);
    }
}
