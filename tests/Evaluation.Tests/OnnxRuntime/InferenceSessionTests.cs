using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Tests.OnnxRuntime;

public sealed class InferenceSessionTests
{
    // The runtime must be started as the program starts it, with its telemetry off.
    static InferenceSessionTests() => OnnxEngine.Describe();

    [Fact]
    public void A_product_of_matrices_is_the_one_computed_by_hand_for_any_batch()
    {
        using var session = Session(Product());
        foreach (var rows in new[] { 1, 3 })
        {
            float[] x = [.. Enumerable.Range(0, rows * 2).Select(i => (float)i)];
            using var input = OrtValue.CreateTensorValueFromMemory(x, [rows, 2]);
            using var run = new RunOptions();
            using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["x"] = input }, ["y"]);
            Assert.Equal([rows, 1L], outputs[0].GetTensorTypeAndShape().Shape);
            Assert.Equal([.. Enumerable.Range(0, rows).Select(r => 10f * x[2 * r] + x[2 * r + 1])],
                outputs[0].GetTensorDataAsSpan<float>().ToArray());
        }
    }

    [Fact]
    public void Tensors_of_integers_and_bytes_pass_through_unchanged()
    {
        Passes(TensorElementType.Int64, new long[] { long.MinValue, -1, long.MaxValue });
        Passes(TensorElementType.UInt8, new byte[] { 0, 127, 255 });
        Passes(TensorElementType.Int8, new sbyte[] { -128, 0, 127 });
        Passes(TensorElementType.Int32, new[] { int.MinValue, 0, int.MaxValue });
        Passes(TensorElementType.Double, new[] { double.Epsilon, 1 / 3.0, double.MaxValue });

        static void Passes<T>(TensorElementType type, T[] values) where T : unmanaged
        {
            var graph = new OnnxGraph("passing");
            graph.Output(graph.Input("x", type, "N"), "y", type, "N");
            using var session = Session(graph);
            using var input = OrtValue.CreateTensorValueFromMemory(values, [values.Length]);
            using var run = new RunOptions();
            using var outputs = session.Run(run, ["x"], [input], ["y"]);
            Assert.Equal(values, outputs[0].GetTensorDataAsSpan<T>().ToArray());
            Assert.Contains($"[ErrorCode:InvalidArgument] Requested type: {typeof(ushort)}",
                Assert.Throws<OnnxRuntimeException>(() => outputs[0].GetTensorDataAsSpan<ushort>().Length).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_session_tells_its_inputs_outputs_and_metadata()
    {
        using var session = Session(Product());
        var x = session.InputMetadata["x"];
        Assert.True(x.IsTensor);
        Assert.Equal((TensorElementType.Float, "rows", ""), (x.ElementDataType, x.SymbolicDimensions[0], x.SymbolicDimensions[1]));
        Assert.Equal([-1, 2], x.Dimensions);
        Assert.Equal(["x"], session.InputNames);
        Assert.Equal(["y"], session.OutputNames);
        Assert.Equal(("playground", "7"), (session.ModelMetadata.ProducerName, session.ModelMetadata.CustomMetadataMap["answer"]));
    }

    [Fact]
    public void What_the_runtime_refuses_is_an_exception_with_its_own_words()
    {
        using var options = new SessionOptions();
        Refused("[ErrorCode:InvalidProtobuf]", () => new InferenceSession("not a model"u8.ToArray(), options));
        Refused("[ErrorCode:NoSuchFile]", () => new InferenceSession("/nowhere/model.onnx", options));

        using var session = Session(Product());
        using var run = new RunOptions();
        using var narrow = OrtValue.CreateTensorValueFromMemory(new float[3], [1, 3]);
        using var integers = OrtValue.CreateTensorValueFromMemory(new long[2], [1, 2]);
        Refused("index: 1 Got: 3 Expected: 2", () => session.Run(run, ["x"], [narrow], ["y"]));
        Refused("Unexpected input data type", () => session.Run(run, ["x"], [integers], ["y"]));
        Refused("Input name: 'z' is not in the metadata", () => session.Run(run, ["z"], [narrow], ["y"]));
        Refused("[ErrorCode:InvalidArgument]", () => OrtValue.CreateTensorValueFromMemory(new float[3], [2, 2]));

        using var input = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        Refused("Output name: 'w' is not in the metadata", () => session.Run(run, ["x"], [input], ["w"]));
        run.Terminate = true;
        Refused("terminate", () => session.Run(run, ["x"], [input], ["y"]));
        run.Terminate = false;
        session.Run(run, ["x"], [input], ["y"]).Dispose();

        static void Refused(string words, Func<object> call)
            => Assert.Contains(words, Assert.Throws<OnnxRuntimeException>(call).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_of_a_session_is_taken_and_none_changes_the_result()
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 2,
            InterOpNumThreads = 2,
            EnableMemoryPattern = false,
            EnableCpuMemArena = false,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        using var file = new MemoryStream();
        Product().Save(file);
        using var session = new InferenceSession(file.ToArray(), options);
        using var input = OrtValue.CreateTensorValueFromMemory(new float[] { 3, 4 }, [1, 2]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["x"], [input], ["y"]);
        Assert.Equal(34, outputs[0].GetTensorDataAsSpan<float>()[0]);
        Assert.True(outputs[0].IsTensor);

        (options.EnableMemoryPattern, options.EnableCpuMemArena) = (true, true);
        Assert.Throws<OnnxRuntimeException>(() => options.AddSessionConfigEntry("", "1"));
    }

    [Fact]
    public async Task Several_threads_run_one_session_and_each_gets_its_own_result()
    {
        using var session = Session(Product());
        using var run = new RunOptions();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                using var input = OrtValue.CreateTensorValueFromMemory(new float[] { thread, i }, [1, 2]);
                using var outputs = session.Run(run, ["x"], [input], ["y"]);
                Assert.Equal(10f * thread + i, outputs[0].GetTensorDataAsSpan<float>()[0]);
            }
        })));
    }

    internal static OnnxGraph Product()
    {
        var graph = new OnnxGraph("product");
        var product = graph.Node("MatMul", [graph.Input("x", TensorElementType.Float, "rows", 2), graph.Constant("w", [2, 1], [10f, 1f])]);
        graph.Output(product, "y", TensorElementType.Float, "rows", 1);
        graph.Metadata("answer", "7");
        return graph;
    }

    internal static InferenceSession Session(OnnxGraph graph)
    {
        return OnnxEngine.Open(
            (options, _) =>
            {
                options.IntraOpNumThreads = 1;
                return new InferenceSession(graph.ToArray(), options);
            },
            cuda: false).Session;
    }
}
