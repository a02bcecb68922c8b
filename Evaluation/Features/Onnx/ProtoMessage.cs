using Google.Protobuf;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>
/// A protobuf message under construction. Nested messages and bytes are kept by reference, so that a file of a hundred
/// megabytes of weights is written without a second copy of them.
/// </summary>
internal sealed class ProtoMessage
{
    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    /// <summary>Encoded bytes.</summary>
    public long Length { get; private set; }

    public ProtoMessage Add(int field, long value) => Encode(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    public ProtoMessage Add(int field, float value) => Encode(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(value));

    public ProtoMessage Add(int field, string value)
        => Encode(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    public ProtoMessage Add(int field, IEnumerable<long> values) => values.Aggregate(this, (message, value) => message.Add(field, value));

    public ProtoMessage Add(int field, ReadOnlyMemory<byte> value) => Begin(field, value.Length).Append(value);

    public ProtoMessage Add(int field, ProtoMessage value)
    {
        Begin(field, value.Length);
        return AddFields(value);
    }

    /// <summary>The fields of another message, as this one's.</summary>
    public ProtoMessage AddFields(ProtoMessage other)
    {
        foreach (var part in other._parts) Append(part);
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (var part in _parts) stream.Write(part.Span);
    }

    private ProtoMessage Begin(int field, long length)
        => Encode(field, WireFormat.WireType.LengthDelimited, output => output.WriteLength(checked((int)length)));

    private ProtoMessage Encode(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            output.WriteTag(field, type);
            write(output);
        }
        return Append(buffer.ToArray());
    }

    private ProtoMessage Append(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        Length += part.Length;
        return this;
    }
}
