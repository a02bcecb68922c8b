using Google.Protobuf;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>A field of an encoded protobuf message.</summary>
/// <param name="Number">Its number in the message's definition.</param>
/// <param name="Value">Of a whole number; of a fraction of 32 bits, its bits.</param>
/// <param name="Content">Of a message, a string, bytes or packed numbers.</param>
internal readonly record struct ProtoField(int Number, ulong Value, ArraySegment<byte> Content)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Content);
}

/// <summary>Reads protobuf messages without copying what they hold.</summary>
internal static class ProtoFields
{
    /// <summary>The fields of a message in their order.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no such message.</exception>
    public static IEnumerable<ProtoField> Of(ArraySegment<byte> message)
    {
        if (message.Count == 0) yield break;
        var input = new CodedInputStream(message.Array, message.Offset, message.Count);
        var start = input.Position;
        while (!input.IsAtEnd)
        {
            var tag = input.ReadTag();
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    yield return new ProtoField(number, input.ReadUInt64(), []);
                    break;
                case WireFormat.WireType.Fixed32:
                    yield return new ProtoField(number, input.ReadFixed32(), []);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    var content = (int)(input.Position - start);
                    input.SkipLastField();
                    // The length goes before the content, seven bits a byte; the last byte has the eighth clear.
                    while (message[content++] >= 0x80) { }
                    yield return new ProtoField(number, 0, message[content..(int)(input.Position - start)]);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }
}
