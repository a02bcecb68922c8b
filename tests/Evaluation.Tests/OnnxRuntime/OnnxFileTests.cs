using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Tests.OnnxRuntime;

public sealed class OnnxFileTests
{
    [Fact]
    public void Nodes_attributes_and_constants_are_read_as_they_were_written()
    {
        var graph = new OnnxGraph("file");
        float[] values = [1, -2, 3, 4, 5, 6, 7, 8, float.Epsilon];
        string[] inputs = [graph.Input("x", TensorElementType.Float, "N", 1, 9, 9), graph.Constant("w", [1, 1, 3, 3], values)];
        var x = graph.Node("Conv", inputs, ("pads", new[] { 1L, 0, -1, 300 }), ("alpha", 0.25f), ("group", 1L));
        graph.Output(x, "y", TensorElementType.Float, "N", 1, 9, 9);

        var file = OnnxFile.Read(graph.ToArray());
        Assert.Equal(["Conv", "Identity"], file.Nodes.Select(n => n.Operation));
        Assert.Equal(["x", "w"], file.Nodes[0].Inputs);
        Assert.Equal(x, file.Nodes[0].Output);
        Assert.Equal([1L, 0, -1, 300], file.Nodes[0].Integers["pads"]);
        Assert.Equal(0.25f, file.Nodes[0].Fractions["alpha"]);
        Assert.Equal(values, file.Constant("w").ToArray());
        Assert.Contains("'b' is missing", Assert.Throws<FormatException>(() => file.Constant("b").Length).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_end_too_soon_or_are_no_message_are_refused()
    {
        var whole = InferenceSessionTests.Product().ToArray();
        Assert.Throws<InvalidProtocolBufferException>(() => OnnxFile.Read(whole[..^5]));
        Assert.ThrowsAny<InvalidProtocolBufferException>(() => OnnxFile.Read([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]));
        Assert.ThrowsAny<InvalidProtocolBufferException>(() => OnnxFile.Read("not a model"u8.ToArray()));
    }

    [Fact]
    public void The_files_that_constants_lie_in_are_told_so_that_a_cache_can_know_them()
    {
        static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];
        static byte[] Pair(string key, string value) => Field(13,
            [.. Field(1, System.Text.Encoding.UTF8.GetBytes(key)), .. Field(2, System.Text.Encoding.UTF8.GetBytes(value))]);
        byte[] constants = [.. Field(5, [.. Pair("location", "b.data"), .. Pair("offset", "0")]), .. Field(5, Pair("location", "a.data"))];
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Field(7, constants));
            Assert.Equal(["a.data", "b.data"], OnnxFile.ExternalFiles(path));
            File.WriteAllText(path, "no model");
            Assert.Empty(OnnxFile.ExternalFiles(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
