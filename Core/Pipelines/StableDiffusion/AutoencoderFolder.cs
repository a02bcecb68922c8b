using Playground.Core.Engine;
using Playground.Core.Models;
using TorchSharp;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>An autoencoder alone, of its own folder or of a model's.</summary>
public static class AutoencoderFolder
{
    /// <summary>Loads it onto the default device, frozen and in evaluation mode.</summary>
    /// <param name="folder">That of an autoencoder, or of a Stable Diffusion model.</param>
    /// <exception cref="PlaygroundException">It cannot be read, or its weights do not fit its configuration.</exception>
    public static AutoencoderKL Load(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "vae"))) folder = Path.Combine(folder, "vae");
        var network = new AutoencoderKL(Json.Read<AutoencoderKLConfig>(Path.Combine(folder, "config.json")));
        try
        {
            ComponentFiles.Find(folder, "diffusion_pytorch_model", "autoencoder").Assign(network);
            network.eval();
            foreach (var parameter in network.parameters()) parameter.requires_grad = false;
            if (TorchEngine.DefaultDevice.type != DeviceType.CPU) network.to(TorchEngine.DefaultDevice);
            network.IsFrozen = true;
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
