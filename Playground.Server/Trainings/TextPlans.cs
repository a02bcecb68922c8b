using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
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
    /// <param name="model">The model that it goes on from; null: from scratch.</param>
    /// <param name="fields">The names that templates can use.</param>
    /// <param name="kept">Where the autoencoder lies by now; null: where its name says.</param>
    /// <param name="ct">Stops the search.</param>
    /// <exception cref="RequestException">Names each field that cannot be used.</exception>
    public async Task<TextPlan> CheckAsync(string owner, TrainingRequest request, TrainingOptions settings, PictureForm form,
        ModelSummary? model, IReadOnlyList<string> fields, string? kept, CancellationToken ct)
    {
        var text = request.Text!;
        if (settings.Validation > 0)
            throw RequestException.Invalid("options.validation", "text keeps no images back; set validation to 0.");
        if (form.Height != form.Width)
            throw RequestException.Invalid("dataset", $"The images are {form.Width}×{form.Height}; they must be square.");
        if (model is not null) return Tuning(request, settings, form, model, fields);
        if (text.TrainEncoder)
            throw RequestException.Invalid("text.trainEncoder", "From scratch the text encoder is trained anyway; leave trainEncoder out.");
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
        Check(text, fields);
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

    private static TextPlan Tuning(TrainingRequest request, TrainingOptions settings, PictureForm form, ModelSummary model,
        IReadOnlyList<string> fields)
    {
        var (text, how) = (request.Text!, model.Text!);
        if (text.Autoencoder is not null)
            throw RequestException.Invalid("text.autoencoder", $"model '{request.Model}' has an autoencoder; leave autoencoder out.");
        if (text.TrainEncoder && request.Lora is not null)
            throw RequestException.Invalid("text.trainEncoder",
                "Adapters are those of the U-Net's attention; the text encoder is trained with all weights only. Leave one of them out.");
        if (how.IsInpainting)
            throw RequestException.Invalid("model",
                $"model '{request.Model}' is for inpainting; only models that take no mask are trained further.");
        if (form.Channels != model.Channels)
            throw RequestException.Invalid("dataset",
                $"The images have {form.Channels} channels, and the model '{request.Model}' takes {model.Channels}; make a version of the "
                + "data set in that form.");
        RequireMultiple(form, how.Factor);
        Check(text, fields);
        var network = how.Network with { SampleSize = form.Height / how.Factor };
        var bytes = request.Lora is null
            ? MemoryNeed.OfTraining(network, model.Parameters, settings.BatchSize, settings.Ema > 0)
            : MemoryNeed.OfAdapting(network, model.Parameters, settings.BatchSize);
        if (MemoryAdmission.ProblemOf("options.batchSize", bytes) is { } problem) throw RequestException.Invalid([problem]);
        return new TextPlan
        {
            IsTuning = true,
            From = model.Folder,
            Lora = request.Lora is { } lora ? new LoraOptions(lora.Rank, lora.Alpha) : null,
            TrainsEncoder = text.TrainEncoder,
            Captions = text.Captions,
            Prompts = text.Prompts,
        };
    }

    /// <summary>The plan with the file that its latents are kept in: one for each version of a data set and autoencoder.</summary>
    public TextPlan WithLatents(TextPlan plan, TrainingData data)
    {
        if (plan.From is not { } folder) return plan;
        var of = FormattableString.Invariant($"{data.Hash} {data.Pictures.Height} {string.Join('\n', plan.Captions)} {HashOf(folder)}");
        var name = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of)))[..32];
        return plan with { Latents = Path.Combine(Path.GetFullPath(options.Value.Data), "latents", name + ".safetensors") };
    }

    // Of the autoencoder's weights, whole or in shards.
    private static string HashOf(string folder)
    {
        if (Path.Combine(folder, "vae") is var part && Directory.Exists(part)) folder = part;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<(string Folder, AutoencoderKLConfig Config)?> FindAsync(TextTraining text, string owner, CancellationToken ct)
        => text.Autoencoder is { Length: > 0 } name ? await autoencoders.FindAsync(name, owner, ct) : null;

    private static void Check(TextTraining text, IReadOnlyList<string> fields)
    {
        var problems = new List<(string, string)>();
        string[] unknown = [.. text.Captions.SelectMany(CaptionTemplate.FieldsOf).Distinct().Except(fields).Select(f => $"{{{f}}}")];
        if (fields.Count == 0)
            problems.Add(("dataset", "The images of this data set have neither captions nor classes; choose another."));
        else if (unknown.Length > 0)
            problems.Add(("text.captions", $"No image of this data set says {string.Join(" or ", unknown)}; there is "
                + $"{string.Join(", ", fields.Select(f => $"{{{f}}}"))}."));
        if (text.Captions.Count is < 1 or > MostCaptions || text.Captions.Any(c => string.IsNullOrWhiteSpace(c) || c.Length > 1000))
            problems.Add(("text.captions", $"captions has {text.Captions.Count} templates; give 1 to {MostCaptions}, each of 1 to 1,000 "
                + "characters, such as {text}."));
        else if (text.Captions.Select(CaptionTemplate.ProblemOf).OfType<string>().FirstOrDefault() is { } problem)
            problems.Add(("text.captions", problem));
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
