using System.Security.Cryptography;
using System.Text;
using Playground.Core;
using Playground.Core.Text;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Clip;

/// <summary>A CLIP model in a folder: ONNX exports of both halves in two files or one, a tokenizer, and what is done to pictures.</summary>
public sealed class ClipModel : IDisposable
{
    private static readonly string[] s_text = ["text_model.onnx", "textual.onnx"], s_vision = ["vision_model.onnx", "visual.onnx"],
        s_both = ["model.onnx"];

    private readonly ClipExport _text, _vision;
    private readonly ClipTokenizer _tokenizer;

    private ClipModel(string name, ClipExport text, ClipExport vision, ClipTokenizer tokenizer, ClipPreprocessing preprocessing)
        => (Name, _text, _vision, _tokenizer, Preprocessing) = (name, text, vision, tokenizer, preprocessing);

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>What is done to pictures before the network.</summary>
    public ClipPreprocessing Preprocessing { get; }

    /// <summary>SHA-256 of the picture half's file.</summary>
    public string PictureHash => _vision.Hash;

    /// <summary>SHA-256 of both files' SHA-256, or of the one file.</summary>
    public string Hash => _text == _vision ? _vision.Hash
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(_text.Hash + _vision.Hash)));

    /// <summary>Whether a folder holds the exports of a CLIP model, whether or not they are in order.</summary>
    public static bool IsIn(string folder) => Find(folder, s_both) is not null
        || (Find(folder, s_text) is not null && Find(folder, s_vision) is not null);

    /// <param name="folder">Exports lie there or in its subfolder <c>onnx</c>.</param>
    /// <exception cref="PlaygroundException">A file is missing, or is not of a CLIP model.</exception>
    public static ClipModel Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The CLIP folder '{folder}' does not exist.");
        var (tokenizer, preprocessing) = (ClipTokenizer.Load(folder), ClipPreprocessing.Load(folder));
        var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        var (text, vision, both) = (Find(folder, s_text), Find(folder, s_vision), Find(folder, s_both));
        if (text is null != vision is null && both is null)
            throw new PlaygroundException(
                $"'{folder}' holds only '{Path.GetFileName(text ?? vision)}'; CLIP needs a text and a picture model, or model.onnx with "
                    + "both.");
        if (text is null && both is null)
            throw new PlaygroundException(
                $"'{folder}' holds no CLIP export: text_model.onnx and vision_model.onnx, or model.onnx with both, belong there or in its "
                    + "subfolder 'onnx'.");
        if (text is null || vision is null)
        {
            var export = ClipExport.Open(both!);
            return new ClipModel(name, export, export, tokenizer, preprocessing).Checked(both!, both!);
        }
        var ofText = ClipExport.Open(text);
        try
        {
            return new ClipModel(name, ofText, ClipExport.Open(vision), tokenizer, preprocessing).Checked(text, vision);
        }
        catch
        {
            ofText.Dispose();
            throw;
        }
    }

    /// <summary>A prompt's tokens, filled or cut to the model's length.</summary>
    public ClipPrompt Tokenize(string prompt) => _tokenizer.Prepare(prompt, _text.Length(_text.Graph.Ids!));

    /// <summary>[N, E] of at least one prompt, not normalised.</summary>
    public FeatureMatrix EmbedTexts(IReadOnlyList<ClipPrompt> prompts, CancellationToken ct = default) => _text.EmbedTexts(prompts, ct);

    /// <summary>[N, E] of at least one picture as <see cref="ClipPreprocessing.Apply"/> leaves it, not normalised.</summary>
    internal FeatureMatrix EmbedPrepared(IReadOnlyList<float[]> pictures, CancellationToken ct)
        => _vision.EmbedPictures(pictures, Preprocessing.Crop, ct);

    public void Dispose()
    {
        _text.Dispose();
        _vision.Dispose();
    }

    private ClipModel Checked(string text, string vision)
    {
        if (_text.Graph is { Ids: not null, TextEmbeds: not null } && _vision.Graph is { Pixels: not null, ImageEmbeds: not null })
            return this;
        Dispose();
        throw new PlaygroundException(
            $"'{text}' must take token ids and give text embeddings, and '{vision}' take pixels and give picture embeddings; one of them "
                + "does not.");
    }

    private static string? Find(string folder, string[] names)
        => names.SelectMany(n => new[] { Path.Combine(folder, n), Path.Combine(folder, "onnx", n) }).FirstOrDefault(File.Exists);
}
