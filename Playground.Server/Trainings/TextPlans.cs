using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Training;
using Playground.Server.Hosting;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>Checks requests for trainings on captions.</summary>
internal sealed class TextPlans(TextPresets presets, Autoencoders autoencoders, IOptions<PlaygroundOptions> options)
{
    private const int MostCaptions = 8, MostPrompts = 64;

    /// <param name="owner">Whose request it is.</param>
    /// <param name="request">With <see cref="TrainingRequest.Text"/>.</param>
    /// <param name="settings">The request's, for Core.</param>
    /// <param name="form">Of the data set's images.</param>
    /// <param name="hasCaptions">Whether some of them have captions, as far as it is known.</param>
    /// <param name="kept">Where the autoencoder lies by now; null: where its name says.</param>
    /// <param name="ct">Stops the search.</param>
    /// <exception cref="RequestException">Names each field that cannot be used.</exception>
    public async Task<TextPlan> CheckAsync(string owner, TrainingRequest request, TrainingOptions settings, PictureForm form,
        bool hasCaptions, string? kept, CancellationToken ct)
    {
        var text = request.Text!;
        if (request.Model is not null)
            throw RequestException.Invalid("model", "text trains from scratch; give a preset and leave model out.");
        if (settings.Validation > 0)
            throw RequestException.Invalid("options.validation", "text keeps no images back; set validation to 0.");
        if (form.Height != form.Width)
            throw RequestException.Invalid("dataset", $"The images are {form.Width}×{form.Height}; they must be square.");
        try
        {
            if (presets.FindAutoencoder(request.Preset!, form.Height, form.Channels) is { } autoencoder)
            {
                RequireMultiple(form, autoencoder.Factor);
                return new TextPlan { Autoencoder = autoencoder };
            }
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid("dataset", e.Message);
        }
        if (presets.FindModel(request.Preset!) is not var (unet, encoder))
            throw RequestException.Invalid("preset", $"preset '{request.Preset}' is not known; use one of: "
                + $"{string.Join(", ", presets.Autoencoders.Concat(presets.Models).Select(p => p.Name))}.");
        Check(text, hasCaptions);
        var (folder, config) = (kept is null ? await FindAsync(text, owner, ct) : Autoencoders.Open(kept))
            ?? throw RequestException.Invalid("text.autoencoder",
                $"'{text.Autoencoder}' has no autoencoder that can be used. Give an installed "
                + "model that reads text, or the checkpoint of a training of an autoencoder.");
        if (config.InChannels != form.Channels)
            throw RequestException.Invalid("dataset",
                $"The images have {form.Channels} channels, and the autoencoder takes {config.InChannels}.");
        RequireMultiple(form, config.Factor);
        var side = form.Height / config.Factor;
        if (side % (1 << (unet.BlockOutChannels.Length - 1)) != 0)
            throw RequestException.Invalid("dataset", $"The images are {form.Width}×{form.Height}, and their latents {side}×{side}; "
                + $"the preset {request.Preset} takes multiples of {1 << (unet.BlockOutChannels.Length - 1)}.");
        unet = unet with { InChannels = config.LatentChannels, OutChannels = config.LatentChannels, SampleSize = side };
        if (MemoryAdmission.ProblemOf("options.batchSize",
            MemoryNeed.OfTraining(unet, settings.BatchSize, settings.Ema > 0)) is { } problem)
            throw RequestException.Invalid([problem]);
        return new TextPlan
        {
            UNet = unet,
            Text = encoder,
            From = folder,
            Captions = text.Captions,
            Prompts = text.Prompts,
            Tokens = text.Tokens,
        };
    }

    /// <summary>The plan with the file that its latents are kept in: one for each version of a data set and autoencoder.</summary>
    public TextPlan WithLatents(TextPlan plan, TrainingData data)
    {
        if (plan.From is not { } folder) return plan;
        var weights = new FileInfo(Path.Combine(folder, ModelFiles.WeightsName));
        var of = FormattableString.Invariant($"{data.Hash} {data.Pictures.Height} {string.Join('\n', plan.Captions)} {HashOf(weights)}");
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of)))[..32];
        return plan with { Latents = Path.Combine(Path.GetFullPath(options.Value.Data), "latents", name + ".safetensors") };
    }

    private static string HashOf(FileInfo weights)
    {
        if (!weights.Exists) return "";
        using var file = weights.OpenRead();
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
    }

    private async Task<(string Folder, AutoencoderKLConfig Config)?> FindAsync(TextTraining text, string owner, CancellationToken ct)
        => text.Autoencoder is { Length: > 0 } name ? await autoencoders.FindAsync(name, owner, ct) : null;

    private static void Check(TextTraining text, bool hasCaptions)
    {
        var problems = new List<(string, string)>();
        if (!hasCaptions && text.Captions.Any(c => c.Contains("{text}", StringComparison.Ordinal)))
            problems.Add(("dataset", "The images of this data set have no captions; choose another, or make captions of {class}."));
        if (text.Captions.Count is < 1 or > MostCaptions || text.Captions.Any(c => string.IsNullOrWhiteSpace(c) || c.Length > 1000))
            problems.Add(("text.captions", $"captions has {text.Captions.Count} templates; give 1 to {MostCaptions}, each of 1 to 1,000 "
                + "characters, such as {text}."));
        if (text.Prompts.Count > MostPrompts || text.Prompts.Any(p => p.Length > SamplingRequest.MaxPrompt))
            problems.Add(("text.prompts", $"prompts has {text.Prompts.Count} entries; give at most {MostPrompts}, each of at most "
                + $"{SamplingRequest.MaxPrompt:N0} characters."));
        if (text.Tokens is < 515 or > 49_408)
            problems.Add(("text.tokens", $"tokens is {text.Tokens}; it must be 515 to 49408."));
        if (problems.Count > 0) throw RequestException.Invalid(problems);
    }

    private static void RequireMultiple(PictureForm form, int factor)
    {
        if (form.Height % factor != 0)
            throw RequestException.Invalid("dataset",
                $"The images are {form.Width}×{form.Height}; the autoencoder takes multiples of {factor}. Make a version of such a size.");
    }
}
