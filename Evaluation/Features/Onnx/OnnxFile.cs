using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>A node of an ONNX file that gives one value.</summary>
/// <param name="Operation">Such as Conv.</param>
/// <param name="Inputs">Names of values and constants.</param>
/// <param name="Output">The value's name.</param>
/// <param name="Integers">Attributes that are lists of whole numbers.</param>
/// <param name="Fractions">Attributes that are one number with a fraction.</param>
internal sealed record OnnxNode(
    string Operation, IReadOnlyList<string> Inputs, string Output,
    IReadOnlyDictionary<string, long[]> Integers, IReadOnlyDictionary<string, float> Fractions);

/// <summary>What is needed of an ONNX file to build its network anew: its nodes in their order, and its constants of type float.</summary>
internal sealed class OnnxFile
{
    private const int NodeField = 1, ConstantField = 5;
    private readonly Dictionary<string, ArraySegment<byte>> _constants;

    private OnnxFile(IReadOnlyList<OnnxNode> nodes, Dictionary<string, ArraySegment<byte>> constants)
        => (Nodes, _constants) = (nodes, constants);

    /// <summary>The nodes in the order of their computation.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <param name="model">The file's bytes, which are not copied.</param>
    /// <exception cref="InvalidProtocolBufferException">It is no ONNX file.</exception>
    public static OnnxFile Read(byte[] model)
    {
        ProtoField[] fields = [.. Graph(model)];
        return new OnnxFile(
            [.. fields.Where(f => f.Number == NodeField).Select(f => NodeOf(f.Content))],
            fields.Where(f => f.Number == ConstantField).Select(f => ConstantOf(f.Content)).ToDictionary());
    }

    /// <summary>Whether a file's constants lie in other files; false where it is no ONNX file at all.</summary>
    public static bool PointsElsewhere(byte[] model)
    {
        const int Location = 14;
        try
        {
            return Graph(model).Where(f => f.Number == ConstantField)
                .Any(f => ProtoFields.Of(f.Content).Any(p => p is { Number: Location, Value: not 0 }));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The files beside an ONNX file that its constants lie in, in their ordinal order; none where it is no ONNX file.</summary>
    /// <param name="path">The file. One beyond what one array can hold has its constants inside.</param>
    public static IReadOnlyList<string> ExternalFiles(string path)
    {
        const int ExternalData = 13, Key = 1, Value = 2;
        if (new FileInfo(path).Length > Array.MaxLength) return [];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var constant in Graph(File.ReadAllBytes(path)).Where(f => f.Number == ConstantField))
                foreach (var entry in ProtoFields.Of(constant.Content).Where(f => f.Number == ExternalData))
                {
                    ProtoField[] pair = [.. ProtoFields.Of(entry.Content)];
                    if (pair.Any(f => f.Number == Key && f.Text == "location")) names.Add(pair.First(f => f.Number == Value).Text);
                }
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or InvalidOperationException)
        {
            return [];
        }
        return [.. names];
    }

    /// <summary>The values of a constant.</summary>
    /// <exception cref="FormatException">The file has no such constant.</exception>
    public ReadOnlySpan<float> Constant(string name) => _constants.TryGetValue(name, out var values)
        ? MemoryMarshal.Cast<byte, float>(values)
        : throw new FormatException($"its constant '{name}' is missing");

    private static IEnumerable<ProtoField> Graph(byte[] model)
    {
        const int Graph = 7;
        return ProtoFields.Of(model).Where(f => f.Number == Graph).SelectMany(f => ProtoFields.Of(f.Content));
    }

    private static OnnxNode NodeOf(ArraySegment<byte> node)
    {
        const int Input = 1, Output = 2, Operation = 4, Attribute = 5;
        var (inputs, operation, output) = (new List<string>(), "", "");
        var (integers, fractions) = (new Dictionary<string, long[]>(), new Dictionary<string, float>());
        foreach (var field in ProtoFields.Of(node))
        {
            if (field.Number == Input) inputs.Add(field.Text);
            else if (field.Number == Operation) operation = field.Text;
            else if (field.Number == Output && output.Length == 0) output = field.Text;
            else if (field.Number == Attribute) Add(field.Content);
        }
        return new OnnxNode(operation, inputs, output, integers, fractions);

        void Add(ArraySegment<byte> attribute)
        {
            const int Name = 1, Fraction = 2, List = 8;
            ProtoField[] parts = [.. ProtoFields.Of(attribute)];
            var name = parts.FirstOrDefault(p => p.Number == Name).Text;
            integers[name] = Integers(parts.Where(p => p.Number == List));
            foreach (var part in parts.Where(p => p.Number == Fraction))
                fractions[name] = BitConverter.UInt32BitsToSingle((uint)part.Value);
        }
    }

    private static KeyValuePair<string, ArraySegment<byte>> ConstantOf(ArraySegment<byte> constant)
    {
        const int Floats = 4, Name = 8, Raw = 9;
        var (name, values) = ("", ArraySegment<byte>.Empty);
        foreach (var field in ProtoFields.Of(constant))
        {
            if (field.Number == Name) name = field.Text;
            else if (field.Number is Floats or Raw) values = field.Content;
        }
        return new KeyValuePair<string, ArraySegment<byte>>(name, values);
    }

    // One a field, or packed in one.
    private static long[] Integers(IEnumerable<ProtoField> fields)
    {
        var values = new List<long>();
        foreach (var field in fields)
        {
            if (field.Content.Count == 0)
            {
                values.Add((long)field.Value);
                continue;
            }
            var packed = new CodedInputStream(field.Content.Array, field.Content.Offset, field.Content.Count);
            while (!packed.IsAtEnd) values.Add(packed.ReadInt64());
        }
        return [.. values];
    }
}
