using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Samplers;
using Playground.Core.Schedules;

namespace Playground.Core.Generation;

/// <summary>One value of a request that cannot be used: its field in camelCase, and what is allowed.</summary>
public sealed record SamplingProblem(string Field, string Message);

public sealed partial record SamplingRequest
{
    /// <summary>Everything in the request that this model cannot do; empty when fine.</summary>
    public IReadOnlyList<SamplingProblem> Validate(ModelSummary model, int maxCount = MostImages)
    {
        if (ModelFitness.ProblemOf(model.Config, model.Scheduler) is { } unfit) return [new SamplingProblem("model", unfit)];
        var problems = new List<SamplingProblem>();
        foreach (var (field, message) in SamplerCatalog.Problems(Sampler, Options, Steps,
            model.TrainTimesteps)) problems.Add(new(field, message));
        Need(problems, Steps >= 1 && Steps <= model.TrainTimesteps, "steps",
            $"steps is {Steps}; it must be 1 to {model.TrainTimesteps}, the number of timesteps that the model was trained on.");
        Need(problems, Count >= 1 && Count <= maxCount, "count", $"count is {Count}; it must be 1 to {maxCount}.");
        CheckSeeds(problems);
        CheckGuidance(problems, model);
        CheckRange(problems, "precision");
        foreach (var k in Classes)
            Need(problems, model.Classes is { } n && k >= 0 && k < n, "classes", model.Classes is { } m
                ? $"class {k} does not exist; the model's classes are 0 to {m - 1}."
                : $"class {k} was asked for, and the model '{model.Name}' has no classes; leave it out.");
        Need(problems, Options.VarianceType is not { } v || !PosteriorVariance.IsLearned(v)
            || model.Config.OutChannels == 2 * model.Channels,
            "varianceType", $"varianceType is '{Options.VarianceType}', and the model '{model.Name}' does not predict a variance: it "
                + $"has {model.Config.OutChannels} output channels, not {2 * model.Channels}. Use fixed_small or fixed_large.");
        CheckText(problems, model);
        CheckStart(problems, model);
        if (Interpolate is not null) CheckInterpolation(problems, model);
        if (problems.Count == 0 && Refusal(model) is { } refusal) problems.Add(refusal);
        return problems;
    }

    private void CheckSeeds(List<SamplingProblem> problems)
    {
        var most = long.MaxValue - Math.Max(Count, 0);
        Need(problems, Seed >= 0 && Seed <= most, "seed", $"seed is {Seed}; it must be 0 to 2^63 − 1 less the count.");
        Need(problems, Seeds.Count == 0 || Seeds.Count == Count, "seeds",
            $"seeds has {Seeds.Count} values, and count is {Count}; give a seed for every picture, or none.");
        foreach (var seed in Seeds.Where(s => s < 0)) Need(problems, false, "seeds", $"seeds has {seed}; a seed is 0 to 2^63 − 1.");
        Need(problems, VariationSeed >= 0 && VariationSeed <= most, "variationSeed",
            $"variationSeed is {VariationSeed}; it must be 0 to 2^63 − 1 less the count.");
        CheckRange(problems, "variationStrength");
    }

    private void CheckGuidance(List<SamplingProblem> problems, ModelSummary model)
    {
        var sane = CheckRange(problems, "guidance");
        Need(problems, Guidance == 1 || model.HasNullClass || model.Text is not null || !sane, "guidance",
            Say($"guidance is {Guidance}, and the model '{model.Name}' was not trained with a \"no class\" label; use 1."));
        CheckRange(problems, "guidanceRescale");
        var (from, to) = (GuidanceInterval.From, GuidanceInterval.To);
        Need(problems, from >= 0 && from <= to && to <= 1, "guidanceInterval",
            Say($"guidanceInterval is {from} to {to}; it must go from a smaller to a larger number, both 0 to 1."));
    }

    private void CheckStart(List<SamplingProblem> problems, ModelSummary model)
    {
        CheckPictures(problems, "init", Init, model, model.Channels);
        CheckPictures(problems, "mask", Mask, model, 1);
        Need(problems, Init is not null || Strength is null, "strength", "strength was given without init, a picture to start from.");
        Need(problems, Init is not null || Mask is null, "mask", "mask was given without init, the picture that it covers.");
        var sane = CheckRange(problems, "strength");
        Need(problems, !sane || Steps < 1 || StepsSkipped < Steps, "strength",
            Say($"{StrengthSaid} leaves none of {Steps} steps; use at least {1.0 / Steps:0.####}, or more steps."));
        Need(problems, Mask is null || Mask.Pixels.Any(p => p > 127), "mask",
            "mask has no white pixel, so nothing would be drawn; white is drawn anew, black is kept.");
        Need(problems, Mask is not null || RePaint == RePaint.Once, "repaint",
            "repaint was given without mask, which says what is to be drawn anew.");
        Need(problems, RePaint.Resamples is >= 1 and <= RePaint.MaxResamples, "repaint.resamples",
            $"resamples is {RePaint.Resamples}; it must be 1 to {RePaint.MaxResamples}.");
        var left = Steps - (sane ? StepsSkipped : 0);
        Need(problems, RePaint.JumpLength >= 1 && (RePaint.Resamples <= 1 || RePaint.JumpLength < left), "repaint.jumpLength",
            $"jumpLength is {RePaint.JumpLength}; it must be 1 or more, and below the {left} steps that are run.");
        if (SamplerCatalog.Find(Sampler) is { IsMemoryless: false })
            Need(problems, RePaint.Resamples <= 1, "repaint.resamples",
                $"resamples is {RePaint.Resamples}, and {Sampler} cannot go back, since its steps build on those before; use 1, "
                    + $"or {string.Join(", ", SamplerCatalog.All.Where(s => s.IsMemoryless).Select(s => s.Name))}.");
    }

    private void CheckInterpolation(List<SamplingProblem> problems, ModelSummary model)
    {
        CheckPictures(problems, "interpolate", Interpolate, model, model.Channels);
        Need(problems, Interpolate!.Count == 2, "interpolate", $"interpolate has {Interpolate.Count} pictures; it takes two.");
        Need(problems, Init is null, "init", "init and interpolate exclude each other; use one.");
        Need(problems, Count >= 2, "count", $"count is {Count}; interpolate makes at least 2 pictures, the first and the last.");
        Need(problems, Sampler == "ddim", "sampler", $"sampler is {Sampler}; interpolate takes ddim, the one that runs backwards.");
        Need(problems, Options.Eta is null or 0, "eta", Say($"eta is {Options.Eta}; interpolate takes 0, since noise cannot be undone."));
        Need(problems, Options.ClipSample != true, "clipSample",
            "clipSample is on; what was clipped cannot be undone, so that interpolate takes it off.");
        Need(problems, Options.Thresholding != true, "thresholding",
            "thresholding is on; it cannot be undone, so that interpolate takes it off.");
        Need(problems, Guidance == 1, "guidance",
            Say($"guidance is {Guidance}; interpolate takes 1, since guided steps cannot be undone closely."));
        Need(problems, Classes.Count <= 1, "classes",
            $"classes has {Classes.Count} values; interpolate takes one for all pictures, or none.");
        Need(problems, Classes.Count > 0 || model.Classes is null || model.HasNullClass, "classes",
            $"interpolate needs a class, since the model '{model.Name}' was not trained with a \"no class\" label.");
        Need(problems, VariationStrength == 0, "variationStrength",
            Say($"variationStrength is {VariationStrength}; interpolate takes 0, since its noise comes from the pictures."));
        Need(problems, InversionCalls is >= 1 and <= 20, "inversionCalls", $"inversionCalls is {InversionCalls}; it must be 1 to 20.");
    }

    private string StrengthSaid => Strength is { } given
        ? Say($"strength is {given}, which")
        : Say($"strength is not set, and its default {StrengthUsed}");

    // What only the schedule can tell, such as noise to be predicted where there is nothing else.
    private SamplingProblem? Refusal(ModelSummary model)
    {
        try
        {
            var sampler = CreateSampler(model.Scheduler);
            if (model.Config.TimeEmbeddingType == "learned" && sampler.Timesteps.Any(t => t != MathF.Truncate(t)))
                return new SamplingProblem("sampler", $"The model knows whole timesteps alone (its time_embedding_type is learned), and "
                    + $"{Sampler} visits some in between; use ddim, ddpm or dpmpp-2m, or another spacing.");
            return Schedule(sampler).Length > 0 ? null
                : new SamplingProblem("strength",
                    Say($"{StrengthSaid} leaves no timestep with these options; use more."));
        }
        catch (PlaygroundException e)
        {
            return new SamplingProblem(e.Message.StartsWith("steps is", StringComparison.Ordinal) ? "steps" : "sampler", e.Message);
        }
    }

    private void CheckPictures(List<SamplingProblem> problems, string field, PictureBatch? pictures, ModelSummary model,
        int channels)
    {
        if (pictures is null) return;
        var (width, height) = SizeOn(model);
        Need(problems, pictures.Count > 0, field, $"{field} has no picture.");
        Need(problems, pictures.Height == height && pictures.Width == width && pictures.Channels == channels, field,
            $"{field} is {pictures.Width} x {pictures.Height} with {pictures.Channels} channels; the "
                + $"model '{model.Name}' takes {width} x {height} with {channels}.");
    }

    // Whether a setting is within what its declaration allows.
    private bool CheckRange(List<SamplingProblem> problems, string name)
    {
        if (Setting.Of<SamplingRequest>(name).ProblemOf(this, name) is not { } message) return true;
        problems.Add(new SamplingProblem(name, message));
        return false;
    }

    private static void Need(List<SamplingProblem> problems, bool fine, string field, string message)
    {
        if (!fine) problems.Add(new SamplingProblem(field, message));
    }

    private static string Say(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);
}
