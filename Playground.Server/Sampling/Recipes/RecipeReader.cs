using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Server.Hosting;
using Playground.Server.Models;

namespace Playground.Server.Sampling.Recipes;

/// <summary>
/// Reads how an image was made out of its file: the request that is in those made here, or AUTOMATIC1111's text. Whatever cannot be used
/// is left out and said, so that one bad value does not cost the rest.
/// </summary>
internal sealed class RecipeReader(ModelStore models, ModelAccess owned, SampleRequestMapper mapper)
{
    private const string Ours = "playground";
    private const string ClassPrompt = "class ";
    private const int MostProblems = 16;

    private static readonly JsonSerializerOptions s_strict = StrictJson.Apply(new(JsonSerializerDefaults.Web));

    private static readonly JsonDocumentOptions s_shallow = new() { MaxDepth = 8 };

    // Known fields of a request, and the size, which other programs tell and the model decides here.
    private static readonly HashSet<string> s_known = [.. s_strict.GetTypeInfo(typeof(SampleRequest)).Properties.Select(p => p.Name)];

    /// <param name="file">A PNG file, or its chunks without the image data; or the text itself.</param>
    /// <param name="owner">Whose models and images are looked at.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="RequestException">There is no recipe in it.</exception>
    public async Task<RecipeView> ReadAsync(byte[] file, string owner, CancellationToken ct)
    {
        var draft = DraftOf(file);
        var model = await ModelOfAsync(draft, owner, ct);
        Adapt(draft, model);
        var request = draft.Fields.Deserialize<SampleRequest>(s_strict) ?? new SampleRequest();
        request = model is null ? request with { Model = "" } : await CheckAsync(request, draft, model, owner, ct);
        return new RecipeView(request, draft.Notes);
    }

    private static RecipeDraft DraftOf(byte[] file)
    {
        var draft = new RecipeDraft();
        if (PngTextChunks.IsPng(file))
        {
            var texts = TextsOf(file);
            var parsed = texts.TryGetValue(GenerationParameters.Keyword, out var theirs) ? GenerationParameters.Parse(theirs) : null;
            if (texts.TryGetValue(Ours, out var ours) && ReadJson(ours, draft))
            {
                draft.ModelHash = parsed?.Settings.LastOrDefault(s => s.Key == "Model hash").Value;
                return draft;
            }
            if (parsed is null)
                throw RequestException.Invalid("recipe",
                    "The image has no recipe in it. Images saved here have one, and so have PNG files of "
                    + "AUTOMATIC1111 and its kin; many sites remove it.");
            ParametersRecipe.Read(parsed, draft);
            return draft;
        }
        if (file.Length > PngTextChunks.MaxText)
            throw RequestException.Invalid("recipe", "The file is not a PNG image. Recipes are in PNG files, or in text files of at most "
                + $"{PngTextChunks.MaxText >> 10} KiB.");
        var text = Utf8.IsValid(file) ? Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Trim() : "";
        if (text.StartsWith('{') && ReadJson(text, draft)) return draft;
        if (text.Length == 0 || GenerationParameters.Parse(text) is not { } plain)
            throw RequestException.Invalid("recipe",
                "The file is neither a PNG image with a recipe in it nor a recipe's text, whose last line "
                + "begins like “Steps: 20, Sampler: Euler a, CFG scale: 7”.");
        ParametersRecipe.Read(plain, draft);
        return draft;
    }

    private static Dictionary<string, string> TextsOf(byte[] file)
    {
        try
        {
            // Of two with one keyword, the last.
            return PngTextChunks.Read(file).GroupBy(c => c.Keyword).ToDictionary(g => g.Key, g => g.Last().Text);
        }
        catch (PlaygroundException e)
        {
            throw RequestException.Invalid("recipe", e.Message, e);
        }
    }

    // Each field for itself. False where the text is no object at all.
    private static bool ReadJson(string text, RecipeDraft draft)
    {
        JsonObject? all;
        try
        {
            all = JsonNode.Parse(text, documentOptions: s_shallow) as JsonObject;
            // A name that stands there twice shows when it is looked for.
            _ = all?.Count;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
        if (all is null) return false;
        foreach (var (name, value) in all)
        {
            if (!s_known.Contains(name)) draft.Skip(name);
            else if (UntrustedText.ProblemOf(name, value) is { } problem) draft.Refuse(name, name, problem);
            else if (Fits(name, value)) draft.Fields[name] = value?.DeepClone();
            else draft.Note(name, RecipeCode.WrongKind, $"{name} has a value of the wrong kind, so it is not used.");
        }
        return true;
    }

    private static bool Fits(string name, JsonNode? value)
    {
        try
        {
            return new JsonObject { [name] = value?.DeepClone() }.Deserialize<SampleRequest>(s_strict) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task<ModelSummary?> ModelOfAsync(RecipeDraft draft, string owner, CancellationToken ct)
    {
        var name = draft.Fields["model"]?.GetValue<string>() ?? "";
        var hash = draft.ModelHash ?? "";
        var byName = name.Length > 0 ? await owned.FindAsync(name, owner, ct) : null;
        // The weights say more than the name, which may be another's here.
        var byHash = hash.Length >= 10 && byName?.Hash.Equals(hash[..10], StringComparison.OrdinalIgnoreCase) != true
            ? models.List().FirstOrDefault(m => m.Hash.Equals(hash[..10], StringComparison.OrdinalIgnoreCase))
            : null;
        if (byHash is not null)
        {
            draft.Note("model", RecipeCode.ModelRenamed,
                $"The model “{UntrustedText.Show(name)}” is called “{byHash.Name}” here.");
            draft.Fields["model"] = byHash.Name;
            return byHash;
        }
        if (byName is not null)
        {
            if (hash.Length >= 10 && !byName.Hash.Equals(hash[..10], StringComparison.OrdinalIgnoreCase))
                draft.Note("model", RecipeCode.OtherWeights,
                    $"The installed model “{byName.Name}” has other weights ({byName.Hash}) than the one that made the image "
                    + $"({UntrustedText.Show(hash)}), so the image will differ.");
            return byName;
        }
        draft.Fields.Remove("model");
        NoteMissing(UntrustedText.Show(name), UntrustedText.Show(hash), draft);
        return null;
    }

    private static void NoteMissing(string name, string hash, RecipeDraft draft)
    {
        if (name.Length > 0)
        {
            var called = hash.Length > 0 ? $"“{name}” ({hash})" : $"“{name}”";
            draft.Note("model", RecipeCode.ModelMissing,
                $"The model {called} is not installed. Import it on the Models page, or choose another.");
        }
        else if (hash.Length > 0)
            draft.Note("model", RecipeCode.NoModelOfHash,
                $"No installed model has the hash {hash}. Import it on the Models page, or choose another.");
        else draft.Note("model", RecipeCode.NoModel, $"The recipe names no model; the one that is chosen stays.");
    }

    // What others say in the prompt and the size is a class here, where the model reads no text and has one size.
    private static void Adapt(RecipeDraft draft, ModelSummary? model)
    {
        if (model?.Text is null && draft.Fields["prompt"]?.GetValue<string>() is { } prompt && prompt.StartsWith(ClassPrompt,
            StringComparison.Ordinal) && int.TryParse(prompt.AsSpan(ClassPrompt.Length), NumberStyles.None, CultureInfo.InvariantCulture,
            out var k))
        {
            draft.Fields.Remove("prompt");
            draft.Fields["classes"] = new JsonArray(k);
        }
        if (!draft.Fields.Remove("size", out var told) || told!.GetValue<string>() is not { } size) return;
        var sides = size.Split('x');
        if (model is { Text: null })
        {
            if (size != $"{model.SampleSize}x{model.SampleSize}")
                draft.Note("width", RecipeCode.FixedSize,
                    $"The size {UntrustedText.Show(size)} is not used: {model.Name} makes images of {model.SampleSize} × "
                    + $"{model.SampleSize} pixels.");
        }
        else if (sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
            (draft.Fields["width"], draft.Fields["height"]) = (width, height);
        else
            draft.Note("width", RecipeCode.NoSize,
                $"Size is “{UntrustedText.Show(size)}”, which is no size such as 512x512; the model's own is used.");
    }

    // What the model does not take goes, field by field, until the rest can be asked for.
    private async Task<SampleRequest> CheckAsync(SampleRequest request, RecipeDraft draft, ModelSummary model, string owner,
        CancellationToken ct)
    {
        request = request with { Model = draft.Fields["model"]!.GetValue<string>() };
        for (var i = 0; i < MostProblems; i++)
        {
            try
            {
                await mapper.CheckAsync(request, model, owner, ct);
                return request;
            }
            catch (RequestException e) when (e.Status == StatusCodes.Status400BadRequest)
            {
                var removed = false;
                foreach (var (field, messages) in e.Errors)
                {
                    foreach (var message in messages) draft.NoteRefusal(field, message);
                    removed |= Remove(field, draft);
                }
                // It is about a default, or several fields at once.
                if (!removed) return request;
                request = draft.Fields.Deserialize<SampleRequest>(s_strict) ?? request;
            }
        }
        return request;
    }

    private static bool Remove(string field, RecipeDraft draft)
    {
        var name = field.Split('.', '[')[0];
        if (name is not "model" && draft.Fields.Remove(name)) return true;
        // An option of the sampler's is named by itself.
        return !s_known.Contains(name) && draft.Fields.Remove("options");
    }
}
