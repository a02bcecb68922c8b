namespace Playground.Cli.Downloads;

/// <summary>A file at a published address.</summary>
/// <param name="Path">Below the model's address, and below the folder that it is placed in.</param>
/// <param name="Size">Bytes; null where only the server can tell.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits; null where only the server can tell.</param>
internal sealed record PublishedFile(string Path, long? Size = null, string? Sha256 = null)
{
    /// <summary>Where it is, where a person must place it, and all that is known of it.</summary>
    public string Describe(Uri address, string target)
    {
        var known = (Size is { } size ? $", {size:N0} bytes" : "") + (Sha256 is { } hash ? $", SHA-256 {hash}" : "");
        return $"{address} and place it as {target}{known}";
    }
}

/// <summary>What <c>download</c> can fetch.</summary>
/// <param name="Name">As the command line calls it.</param>
/// <param name="Description">One line.</param>
/// <param name="Address">Of the folder that holds the files; ends in a slash.</param>
/// <param name="Files">What is fetched.</param>
/// <param name="Next">What to do with it.</param>
internal sealed record PublishedModel(string Name, string Description, Uri Address, IReadOnlyList<PublishedFile> Files, string Next)
{
    public static IReadOnlyList<PublishedModel> All { get; } =
    [
        new(
            "fid-inception", "Weights of the Inception network that FID is defined with, as pytorch-fid publishes them (96 MB)",
            new Uri("https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"),
            [new("pt_inception-2015-12-05-6726825d.pth", 95_628_359, "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2")],
            "./playground convert fid-inception {0}/pt_inception-2015-12-05-6726825d.pth {0}.onnx"),
        new(
            "clip-vit-base-patch32", "CLIP ViT-B/32 for the CLIP score, as Xenova exported it to ONNX (0.6 GB)",
            new Uri("https://huggingface.co/Xenova/clip-vit-base-patch32/resolve/main/"),
            [new("config.json"), new("preprocessor_config.json"), new("tokenizer.json"), new("vocab.json"), new("merges.txt"),
                new("onnx/text_model.onnx"), new("onnx/vision_model.onnx")],
            "./playground evaluate … --clip {0} --prompts FILE"),
    ];
}
