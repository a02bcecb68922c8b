using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>Pictures as examples: bytes 0 to 255 become [−1, 1].</summary>
public sealed class PictureExamples(IPictureDataset pictures) : IExamples
{
    public string Name => pictures.Name;

    public int Count => pictures.Count;

    public IReadOnlyList<long> Shape { get; } = [pictures.Channels, pictures.Height, pictures.Width];

    public int? Classes => pictures.Classes;

    public IReadOnlyList<string> ClassNames => pictures.ClassNames;

    /// <inheritdoc/>
    public string ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var picture = new byte[pictures.Channels * pictures.Height * pictures.Width];
        var label = new byte[sizeof(int)];
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures.Read(i, picture);
            BinaryPrimitives.WriteInt32LittleEndian(label, pictures.Label(i));
            hash.AppendData(picture);
            hash.AppendData(label);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> indices)
    {
        var size = pictures.Channels * pictures.Height * pictures.Width;
        var pixels = new byte[indices.Count * size];
        var labels = new long[indices.Count];
        for (var i = 0; i < indices.Count; i++)
        {
            pictures.Read(indices[i], pixels.AsSpan(i * size, size));
            labels[i] = pictures.Label(indices[i]);
        }
        var x0 = tensor(pixels, [indices.Count, .. Shape]).to(ScalarType.Float32) / 127.5 - 1.0;
        return (x0, tensor(labels, [indices.Count]));
    }
}
