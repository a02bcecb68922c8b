using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>
/// An ONNX model under construction: nodes in the order of their computation. The field numbers are those of onnx.proto,
/// version 3 of the format; the operators are those of opset 18.
/// </summary>
/// <param name="name">The graph's name.</param>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 8, Opset = 18;
    private readonly ProtoMessage _graph = new();
    private readonly ProtoMessage _metadata = new();
    private readonly HashSet<string> _lists = [];
    private int _nodes;

    /// <summary>Adds an input; a dimension is a size, or a name for one that a run decides.</summary>
    public string Input(string input, TensorElementType type, params object[] dimensions)
    {
        _graph.Add(11, ValueInfo(input, type, dimensions));
        return input;
    }

    /// <summary>Makes a node's result an output of the model.</summary>
    public void Output(string value, string output, TensorElementType type, params object[] dimensions)
    {
        _graph.Add(1, new ProtoMessage().Add(1, value).Add(2, output).Add(3, output).Add(4, "Identity"));
        _graph.Add(12, ValueInfo(output, type, dimensions));
    }

    /// <summary>Adds constant floats.</summary>
    public string Constant(string constant, long[] shape, ReadOnlySpan<float> values)
        => Constant(constant, TensorElementType.Float, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Adds constant floats that lie in bytes, which are not copied.</summary>
    public string Constant(string constant, long[] shape, byte[] floats) => Constant(constant, TensorElementType.Float, shape, floats);

    /// <summary>Adds constant integers.</summary>
    public string Constant(string constant, long[] shape, ReadOnlySpan<long> values)
        => Constant(constant, TensorElementType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Adds a list of integers under a name that is its own, or finds it where it was added before.</summary>
    public string Integers(params ReadOnlySpan<long> values)
    {
        var constant = $"[{string.Join(',', values.ToArray())}]";
        return _lists.Add(constant) ? Constant(constant, [values.Length], values) : constant;
    }

    /// <summary>Adds a node with one output, and returns the output's name.</summary>
    /// <param name="operation">An operator of ONNX, such as Conv.</param>
    /// <param name="inputs">Names; "" for an optional one that is left out.</param>
    /// <param name="attributes">Values of type long, long[], float or string.</param>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes)
        => Node(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs, and returns their names.</summary>
    public string[] Node(string operation, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var label = $"{operation}_{_nodes++}";
        string[] names = outputs == 1 ? [label] : [.. Enumerable.Range(0, outputs).Select(i => $"{label}_{i}")];
        var node = new ProtoMessage();
        foreach (var input in inputs) node.Add(1, input);
        foreach (var output in names) node.Add(2, output);
        node.Add(3, label).Add(4, operation);
        foreach (var (attribute, value) in attributes) node.Add(5, Attribute(attribute, value));
        _graph.Add(1, node);
        return names;
    }

    /// <summary>Adds an entry that says something of the model.</summary>
    public void Metadata(string key, string value) => _metadata.Add(14, new ProtoMessage().Add(1, key).Add(2, value));

    /// <summary>Writes the model to a file, which appears when it is whole.</summary>
    public void Save(string path)
    {
        var part = path + ".part";
        using (var file = File.Create(part)) Save(file);
        File.Move(part, path, overwrite: true);
    }

    /// <summary>Writes the model.</summary>
    public void Save(Stream stream) => Whole().WriteTo(stream);

    /// <summary>The model as a file holds it.</summary>
    public byte[] ToArray()
    {
        var model = Whole();
        var file = new byte[model.Length];
        model.WriteTo(new MemoryStream(file));
        return file;
    }

    private ProtoMessage Whole() => new ProtoMessage()
        .Add(1, IrVersion).Add(2, "playground").Add(8, new ProtoMessage().Add(1, "").Add(2, Opset))
        .AddFields(_metadata).Add(7, new ProtoMessage().AddFields(_graph).Add(2, name));

    private string Constant(string constant, TensorElementType type, long[] shape, byte[] values)
    {
        _graph.Add(5, new ProtoMessage().Add(1, shape).Add(2, (int)type).Add(8, constant).Add(9, values));
        return constant;
    }

    private static ProtoMessage Attribute(string attribute, object value)
    {
        var message = new ProtoMessage().Add(1, attribute);
        return value switch
        {
            float f => message.Add(2, f).Add(20, 1),
            long i => message.Add(3, i).Add(20, 2),
            string s => message.Add(4, s).Add(20, 3),
            long[] list => message.Add(8, list).Add(20, 7),
            _ => throw new ArgumentException($"{value.GetType()} cannot be an attribute.", nameof(value)),
        };
    }

    private static ProtoMessage ValueInfo(string value, TensorElementType type, object[] dimensions)
    {
        var shape = new ProtoMessage();
        foreach (var dimension in dimensions)
            shape.Add(1, dimension is string symbol ? new ProtoMessage().Add(2, symbol) : new ProtoMessage().Add(1, (long)(int)dimension));
        return new ProtoMessage().Add(1, value).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, (int)type).Add(2, shape)));
    }
}
