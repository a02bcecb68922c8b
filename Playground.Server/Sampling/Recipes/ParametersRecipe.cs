using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Core.Samplers;

namespace Playground.Server.Sampling.Recipes;

/// <summary>Turns a text in AUTOMATIC1111's form into fields of a request.</summary>
internal static partial class ParametersRecipe
{
    // What other programs call samplers that have another name here.
    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["PLMS"] = "pndm",
        ["Euler ancestral"] = "euler-a",
        ["k_euler"] = "euler",
        ["k_euler_a"] = "euler-a",
        ["k_euler_ancestral"] = "euler-a",
        ["k_heun"] = "heun",
        ["k_dpmpp_2m"] = "dpmpp-2m",
        ["k_dpmpp_2m_sde"] = "dpmpp-2m-sde",
        ["uni_pc"] = "unipc",
    };

    private static readonly (string Suffix, string Option)[] s_spacings = [("Karras", "karrasSigmas"), ("Exponential",
        "exponentialSigmas")];

    public static void Read(ParsedParameters text, RecipeDraft draft)
    {
        draft.Fields["count"] = 1;
        ReadPrompt(text, draft);
        foreach (var (key, value) in text.Settings)
        {
            if (UntrustedText.ProblemOf(value, UntrustedText.MaxValue) is { } problem)
            {
                draft.Refuse(key, key, problem);
                continue;
            }
            ReadSetting(key, value, draft);
        }
    }

    private static void ReadPrompt(ParsedParameters text, RecipeDraft draft)
    {
        var loras = new JsonArray();
        var prompt = Lora().Replace(text.Prompt, tag =>
        {
            var strength = tag.Groups[2].Success
                && double.TryParse(tag.Groups[2].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture,
                out var number) && double.IsFinite(number) ? number : 1;
            loras.Add(new JsonObject { ["name"] = tag.Groups[1].Value, ["strength"] = strength });
            return "";
        }).Trim();
        Write("prompt", "Prompt", prompt);
        Write("negativePrompt", "Negative prompt", text.NegativePrompt);
        if (loras.Count == 0) return;
        if (UntrustedText.ProblemOf("loras", loras) is { } problem) draft.Refuse("loras", "LoRA", problem);
        else draft.Fields["loras"] = loras;

        void Write(string field, string key, string value)
        {
            if (value.Length == 0) return;
            if (UntrustedText.ProblemOf(value, UntrustedText.MaxPrompt, isLong: true) is { } problem)
                draft.Refuse(field, key, problem);
            else draft.Fields[field] = value;
        }
    }

    private static void ReadSetting(string key, string value, RecipeDraft draft)
    {
        switch (key)
        {
            case "Steps": ReadWhole("steps", key, value, draft); break;
            case "CFG scale": ReadNumber("guidance", key, value, draft); break;
            case "CFG Rescale": ReadNumber("guidanceRescale", key, value, draft); break;
            case "Seed": ReadWhole("seed", key, value, draft); break;
            case "Variation seed": ReadWhole("variationSeed", key, value, draft); break;
            case "Variation seed strength": ReadNumber("variationStrength", key, value, draft); break;
            case "Eta": ReadNumber("eta", key, value, draft); break;
            case "Clip skip": ReadClipSkip(key, value, draft); break;
            case "Model": draft.Fields["model"] = value; break;
            case "Model hash": draft.ModelHash = value; break;
            case "Size": draft.Fields["size"] = value; break;
            case "Sampler": Sampler(value, draft); break;
            case "Schedule type": Schedule(value, draft); break;
            case "Denoising strength":
                draft.Note("strength", RecipeCode.NoStart,
                    $"Denoising strength {UntrustedText.Show(value)} is not used: the image that it started from is not in the file. "
                    + $"Choose one under Start from.");
                break;
            default: draft.Skip(key); break;
        }
    }

    private static void ReadWhole(string field, string key, string value, RecipeDraft draft)
    {
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) draft.Fields[field] = number;
        else
            draft.Note(field, RecipeCode.NoWholeNumber,
                $"{key} is “{UntrustedText.Show(value)}”, which is not a whole number; the default is used.");
    }

    private static void ReadNumber(string field, string key, string value, RecipeDraft draft)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            draft.Fields[field] = number;
        else
            draft.Note(field, RecipeCode.NoNumber,
                $"{key} is “{UntrustedText.Show(value)}”, which is not a number; the default is used.");
    }

    private static string Titles => string.Join(", ", SamplerCatalog.All.Select(s => s.Title));

    // There, 1 is the last layer; here, it is how many are left out.
    private static void ReadClipSkip(string key, string value, RecipeDraft draft)
    {
        ReadWhole("clipSkip", key, value, draft);
        if (draft.Fields["clipSkip"] is { } skip && skip.GetValue<long>() is >= 1 and < 100)
            draft.Fields["clipSkip"] = skip.GetValue<long>() - 1;
    }

    private static void Sampler(string value, RecipeDraft draft)
    {
        var name = value.Trim();
        foreach (var (suffix, option) in s_spacings)
        {
            if (!name.EndsWith($" {suffix}", StringComparison.OrdinalIgnoreCase)) continue;
            name = name[..^(suffix.Length + 1)];
            draft.Fields["options"] = new JsonObject { [option] = true };
        }
        var found = SamplerCatalog.All.FirstOrDefault(s => s.Title.Equals(name, StringComparison.OrdinalIgnoreCase)
            || s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name ?? s_aliases.GetValueOrDefault(name);
        if (found is null)
        {
            draft.Fields.Remove("options");
            draft.Note("sampler", RecipeCode.Sampler,
                $"The sampler “{UntrustedText.Show(value)}” is not available; choose another. These are: {Titles}.");
            return;
        }
        draft.Fields["sampler"] = found;
        // PNDM without its first Runge–Kutta steps.
        if (name.Equals("PLMS", StringComparison.OrdinalIgnoreCase)) draft.Fields["options"] = new JsonObject { ["skipPrkSteps"] = true };
    }

    private static void Schedule(string value, RecipeDraft draft)
    {
        if (s_spacings.FirstOrDefault(s => s.Suffix.Equals(value, StringComparison.OrdinalIgnoreCase)) is { Option: { } option })
            draft.Fields["options"] = new JsonObject { [option] = true };
        else if (!value.Equals("Automatic", StringComparison.OrdinalIgnoreCase))
            draft.Note("options", RecipeCode.Schedule,
                $"The schedule type “{UntrustedText.Show(value)}” is not available; the model's own is used.");
    }

    // LoRAs are in the prompt itself there.
    [GeneratedRegex("<lora:([^:<>]{1,200})(?::([^<>]{0,20}))?>", RegexOptions.NonBacktracking)]
    private static partial Regex Lora();
}
