using System.IO.Compression;
using System.Net.Http.Headers;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>The recorded Stable Diffusion folder of random weights as an installed model, with a LoRA for it.</summary>
internal static class Painter
{
    public const string Model = "painter", Lora = "style";

    /// <summary>Installs both, unless another test has.</summary>
    public static async Task InstallAsync(Uri address, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = address };
        if ((await http.GetStringAsync("/api/v1/models", ct)).Contains($"\"{Model}\"", StringComparison.Ordinal)) return;
        var recordings = Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "text-to-image");
        using var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(Path.Combine(recordings, "sd1"), zip, CompressionLevel.NoCompression, false, ct);
        using var import = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/models?name={Model}")
        { Content = new ByteArrayContent(zip.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } } };
        import.Headers.Add("Prefer", "wait=300");
        (await http.SendAsync(import, ct)).EnsureSuccessStatusCode();
        var lora = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(recordings, "lora-kohya.safetensors"), ct));
        (await http.PutAsync($"/api/v1/loras/{Lora}", lora, ct)).EnsureSuccessStatusCode();
    }
}
