using Microsoft.ML.OnnxRuntime;
using Playground.Core;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Tests.OnnxRuntime;

public sealed class OnnxEngineTests
{
    [Fact]
    public void The_version_and_the_device_are_told()
    {
        var engine = OnnxEngine.Describe();
        Assert.Matches(@"^1\.\d+\.\d+$", engine.Version);
        Assert.False(engine.Cuda && engine.MissingCuda is not null);
    }

    [Fact]
    public void Without_CUDA_the_processor_computes_unless_CUDA_is_demanded()
    {
        Assert.SkipWhen(OnnxEngine.Describe().Cuda, "This machine has CUDA: its absence was not checked.");
        var opened = 0;
        var (session, onCuda) = OnnxEngine.Open(Open, cuda: null);
        session.Dispose();
        Assert.False(onCuda);
        Assert.Equal(1, opened);
        var refusal = Assert.Throws<PlaygroundException>(() => OnnxEngine.Open(Open, cuda: true));
        Assert.Matches("build with -p:Cuda=true|install CUDA 13", refusal.Message);
        Assert.Equal(1, opened);

        InferenceSession Open(SessionOptions options, bool cuda)
        {
            Assert.False(cuda);
            opened++;
            return new InferenceSession(InferenceSessionTests.Product().ToArray(), options);
        }
    }
}
