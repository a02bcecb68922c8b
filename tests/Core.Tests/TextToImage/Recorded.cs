using Playground.Core.Checkpoints;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>What diffusers recorded of the small Stable Diffusion folders.</summary>
internal static class Recorded
{
    public static string At(params string[] path)
        => Path.Combine([Repository.Root, "tests", "Core.Tests", "Recordings", "text-to-image", .. path]);

    public static IReadOnlyDictionary<string, Tensor> Read(string name) => SafetensorsFile.Read(At(name + ".safetensors"));

    public static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
