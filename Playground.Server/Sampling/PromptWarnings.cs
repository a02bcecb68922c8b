using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Server.Loras;

namespace Playground.Server.Sampling;

/// <summary>What somebody should know of a request that is carried out all the same.</summary>
internal sealed class PromptWarnings(LoraStore loras)
{
    private const int NamedTensors = 3;

    public IReadOnlyList<string> Of(SampleRequest request, SamplingRequest core, ModelSummary model)
    {
        if (model.Text is not { } text) return [];
        var warnings = new List<string>();
        foreach (var (title, prompt) in new[] { ("prompt", request.Prompt), ("negative prompt", request.NegativePrompt) })
        {
            if (text.Prompts.Tokenize(prompt) is not { Cut.Length: > 0 } read) continue;
            warnings.Add($"The {title} has {read.Count:N0} tokens and the model reads {text.Prompts.Limit}. Not read: "
                + CutWords.Of(read.Cut));
        }
        foreach (var choice in core.Loras)
        {
            if (loras.FitOf(choice.Path, model).Report is not { Unmatched.Count: > 0 } report) continue;
            var named = string.Join(", ", report.Unmatched.Take(NamedTensors)) + (report.Unmatched.Count > NamedTensors ? ", …" : "");
            warnings.Add($"{report.Unmatched.Count:N0} tensors of the LoRA '{Path.GetFileNameWithoutExtension(choice.Path)}' belong to no "
                + $"layer of this model and do nothing: {named}");
        }
        return warnings;
    }
}
