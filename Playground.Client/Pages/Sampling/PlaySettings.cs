using System.Text.Json;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>Everything that can be set on the Play page, to and from a request.</summary>
internal sealed class PlaySettings
{
    public const string ModelSpacing = "", Karras = "karrasSigmas", Exponential = "exponentialSigmas";

    private static readonly string[] s_shown = [Karras, Exponential];

    private static readonly JsonSerializerOptions s_stored = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    // What came with a request and has no field on the page: without it the images would be others.
    private (string Sampler, JsonObject? Options, string Precision) _carried = ("", null, "f32");

    public string Model { get; set; } = "";

    public string Sampler { get; set; } = "ddim";

    /// <summary>How the samplers that step in σ space their steps: one of the constants.</summary>
    public string Spacing { get; set; } = ModelSpacing;

    public int Steps { get; set; } = 50;

    public double Eta { get; set; }

    /// <summary>Those to draw, in turn; none: all of the model's.</summary>
    public SortedSet<int> Classes { get; } = [];

    public double Guidance { get; set; } = 2;

    public int Count { get; set; } = 16;

    public long Seed { get; set; }

    /// <summary>Whether each run draws a seed of its own. Off as soon as somebody types one, or opens a run.</summary>
    public bool IsRandom { get; set; } = true;

    public double Variation { get; set; }

    public long VariationSeed { get; set; }

    public double Rescale { get; set; }

    public double GuidanceFrom { get; set; }

    public double GuidanceTo { get; set; } = 1;

    public StartSettings Start { get; private set; } = new();

    public TextSettings Text { get; private set; } = new();

    /// <summary>Whether anything is set that is folded away at first.</summary>
    public bool HasDetails => Text.ClipSkip > 0 || Variation > 0 || Rescale > 0 || GuidanceFrom > 0 || GuidanceTo < 1;

    /// <summary>Another model is chosen: what depends on its kind becomes what is usual there, where the kind is another.</summary>
    public void Choose(ModelView? from, ModelView? to)
    {
        Model = to?.Name ?? "";
        // The same number is another thing where the names differ.
        Classes.RemoveWhere(k => k >= (to?.Classes ?? 0) || (from is not null && NameOf(from, k) != NameOf(to, k)));
        if (to is null) return;
        var isOtherKind = from?.Text is null != to.Text is null;
        // What somebody chose stays with another model of the kind.
        if (isOtherKind || Guidance == UsualGuidance(from)) Guidance = UsualGuidance(to);
        if (!isOtherKind) return;
        Count = to.Text is null ? 16 : TextSettings.UsualCount;
        if (to.Text is not null && Start.Kind == StartKind.Between) Start = new();
    }

    private static double UsualGuidance(ModelView? model) => model?.Text is { } text ? TextSettings.GuidanceOf(text) : 2;

    private static string? NameOf(ModelView? model, int k) => model?.ClassNames.ElementAtOrDefault(k);

    public void DrawSeed() => Seed = Random.Shared.NextInt64(0, 1L << 32);

    /// <summary>What is asked for, without what the model or the sampler does not take.</summary>
    /// <param name="model">Null where it is not known: nothing is left out for it then.</param>
    /// <param name="sampler">Null where it is not known.</param>
    public SampleRequest ToRequest(ModelView? model, SamplerView? sampler)
    {
        var guides = model?.Guides != false;
        var request = new SampleRequest
        {
            Model = Model,
            Sampler = Sampler,
            Steps = Steps,
            Eta = Takes(sampler, "eta") ? Eta : 0,
            Options = OptionsFor(sampler),
            Precision = _carried.Precision,
            Classes = model is { Classes: null } ? [] : [.. Classes],
            Guidance = guides ? Guidance : 1,
            GuidanceRescale = guides ? Rescale : 0,
            GuidanceInterval = guides && (GuidanceFrom > 0 || GuidanceTo < 1) ? [GuidanceFrom, GuidanceTo] : null,
            Count = Count,
            Seed = Seed,
            VariationSeed = VariationSeed,
            VariationStrength = Variation,
        };
        request = Text.Apply(request, model);
        return Start.IsComplete ? Start.Apply(request, sampler?.Resamples == true) : request;
    }

    /// <summary>Sets everything as a request has it, its seed included, which then stays.</summary>
    public void Take(SampleRequest request)
    {
        Spacing = new[] { Karras, Exponential }.FirstOrDefault(o => request.Options?.ContainsKey(o) == true) ?? ModelSpacing;
        _carried = (request.Sampler, request.Options, request.Precision);
        (Model, Sampler, Steps, Eta) = (request.Model, request.Sampler, request.Steps, request.Eta);
        Classes.Clear();
        Classes.UnionWith(request.Classes);
        (Guidance, Count, Seed) = (request.Guidance, request.Count, request.Seed);
        (Variation, VariationSeed, Rescale) = (request.VariationStrength, request.VariationSeed, request.GuidanceRescale);
        (GuidanceFrom, GuidanceTo) = request.GuidanceInterval is [var from, var to] ? (from, to) : (0, 1);
        Start = StartSettings.Of(request);
        Text = TextSettings.Of(request);
        IsRandom = false;
    }

    /// <summary>The settings as a browser keeps them.</summary>
    public string ToStored() => JsonSerializer.Serialize(new Stored(ToRequest(null, null), Eta, Spacing, IsRandom),
        JsonSerializerOptions.Web);

    /// <summary>Takes what a browser kept. It is the visitor's to change: what is no settings of ours is left.</summary>
    public void TakeStored(string? text)
    {
        if (text is null) return;
        try
        {
            if (JsonSerializer.Deserialize<Stored>(text, s_stored) is not { Request: { } request } stored) return;
            Take(request);
            (Eta, IsRandom) = (stored.Eta, stored.IsRandom);
            if (stored.Spacing is Karras or Exponential) Spacing = stored.Spacing;
        }
        catch (JsonException)
        {
            // Of another version, or no settings at all.
        }
    }

    /// <summary>Names of the fields of a request that was taken that would not be asked for again.</summary>
    /// <param name="request">What was taken.</param>
    /// <param name="model">The model that is chosen.</param>
    /// <param name="sampler">The sampler that is chosen.</param>
    public IReadOnlyList<string> Lost(SampleRequest request, ModelView? model, SamplerView? sampler)
    {
        var (asked, kept, plain) = (Json(request), Json(ToRequest(model, sampler)), Json(new SampleRequest()));
        return [.. asked.Where(f => !JsonNode.DeepEquals(f.Value, plain[f.Key]) && !JsonNode.DeepEquals(f.Value, kept[f.Key]))
            .Select(f => f.Key)];

        static JsonObject Json(SampleRequest request) => JsonSerializer.SerializeToNode(request, JsonSerializerOptions.Web)!.AsObject();
    }

    private JsonObject? OptionsFor(SamplerView? sampler)
    {
        var options = new JsonObject();
        foreach (var (name, value) in _carried.Sampler == Sampler ? _carried.Options ?? [] : [])
            if (!s_shown.Contains(name)) options[name] = value?.DeepClone();
        if (Spacing != ModelSpacing && Takes(sampler, Spacing)) options[Spacing] = true;
        return options.Count > 0 ? options : null;
    }

    private static bool Takes(SamplerView? sampler, string option) => sampler?.Options.Contains(option) == true;

    private sealed record Stored(SampleRequest Request, double Eta, string Spacing, bool IsRandom);
}
