using System.CommandLine;
using System.Globalization;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Files;
using Playground.Core.Generation;
using Playground.Core.Generation.Lora;

namespace Playground.Cli.Commands;

/// <summary>The flags of <c>sample</c> for models that draw from a text.</summary>
internal static class TextArguments
{
    private const double UsualGuidance = 7.5;

    private const int MaxPrompts = 10_000;

    private static readonly Option<string?> s_prompt = new("--prompt")
    { Description = "Text to draw; (word:1.2) stresses a word" };
    private static readonly Option<string?> s_prompts = new("--prompts")
    { Description = "File of texts, one a line; makes one image of each, or --count images in turn" };
    private static readonly Option<string?> s_negative = new("--negative-prompt") { Description = "Text that guidance leads away from" };
    private static readonly Option<string[]> s_lora = new("--lora")
    { Description = "Apply this LoRA, FILE[:STRENGTH]; may be given several times", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<int> s_clipSkip = new("--clip-skip")
    { Description = "Last layers of the text encoder to leave out; 0: none" };
    private static readonly Option<int?> s_width = new("--width") { Description = "Width in pixels, a multiple of 8" };
    private static readonly Option<int?> s_height = new("--height") { Description = "Height in pixels, a multiple of 8" };

    public static IReadOnlyList<Option> All { get; } = [s_prompt, s_prompts, s_negative, s_lora, s_clipSkip, s_width, s_height];

    /// <summary>Which flag each field of a request is set by.</summary>
    public static IReadOnlyDictionary<string, Option> Flags { get; } = new Dictionary<string, Option>
    {
        ["negativePrompt"] = s_negative,
        ["clipSkip"] = s_clipSkip,
        ["width"] = s_width,
        ["height"] = s_height,
    };

    /// <summary>The guidance of a model that reads text where no flag says one: its own, or what is usual.</summary>
    public static double GuidanceOf(ModelSummary model) => model.Manifest.Guidance ?? UsualGuidance;

    /// <summary>The request with what the flags say; what is cut off a text is said on standard error.</summary>
    public static SamplingRequest Read(ParseResult parsed, SamplingRequest request, bool countGiven, SampledModel model)
    {
        var prompts = Prompts(parsed.GetValue(s_prompt), parsed.GetValue(s_prompts));
        if (model is StableDiffusionModel reader)
        {
            foreach (var prompt in prompts.Append(parsed.GetValue(s_negative) ?? "").Distinct())
                if (reader.Tokenize(prompt).Cut is { Length: > 0 } cut)
                    Console.Error.WriteLine(
                        $"Only {model.Summary.Text!.Tokens} tokens of a prompt are read; these words are left out: {CutWords.Of(cut)}");
        }
        return request with
        {
            Prompts = prompts,
            NegativePrompt = parsed.GetValue(s_negative) ?? "",
            ClipSkip = parsed.GetValue(s_clipSkip),
            Width = parsed.GetValue(s_width),
            Height = parsed.GetValue(s_height),
            Count = countGiven || prompts.Count == 0 ? request.Count : prompts.Count,
        };
    }

    /// <summary>Applies the LoRAs that are asked for; what of them does not fit is said on standard error.</summary>
    /// <exception cref="PlaygroundException">One is no LoRA for this model.</exception>
    public static void Apply(ParseResult parsed, SampledModel model)
    {
        LoraChoice[] choices = [.. (parsed.GetValue(s_lora) ?? []).Select(Choice)];
        if (choices.Length == 0) return;
        if (model is not StableDiffusionModel changed)
            throw new PlaygroundException($"--lora was given, and '{model.Summary.Name}' is no Stable Diffusion model; leave it out.");
        foreach (var report in changed.SetLoras(choices))
            if (report.Unmatched.Count > 0)
                Console.Error.WriteLine(
                    $"{report.Unmatched.Count} tensors of '{report.Name}' belong to no layer of the model and do nothing: "
                    + string.Join(", ", report.Unmatched.Take(5)) + (report.Unmatched.Count > 5 ? ", …" : ""));
    }

    // The strength stands behind the last colon, where what stands there is a number.
    private static LoraChoice Choice(string text)
    {
        var at = text.LastIndexOf(':');
        return at > 0 && double.TryParse(text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var strength)
            ? new LoraChoice(text[..at], strength)
            : new LoraChoice(text);
    }

    private static IReadOnlyList<string> Prompts(string? prompt, string? file)
    {
        if (file is null) return prompt is null ? [] : [prompt];
        if (prompt is not null) throw new PlaygroundException("--prompt and --prompts exclude each other; use one.");
        if (!File.Exists(file))
            throw new PlaygroundException($"The file '{file}' does not exist; --prompts takes a text file, a prompt a line.");
        string[] lines = [.. TextLines.Of(file).Where(l => !string.IsNullOrWhiteSpace(l)).Take(MaxPrompts + 1)];
        return lines.Length switch
        {
            0 => throw new PlaygroundException($"'{file}' has no prompt; write one on each line."),
            > MaxPrompts => throw new PlaygroundException($"'{file}' has more than {MaxPrompts:N0} prompts; split it."),
            _ => lines,
        };
    }
}
