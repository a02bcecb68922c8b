using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>What is shown before the first run: a few things to try, each one click away.</summary>
public sealed partial class ExampleRecipes
{
    /// <summary>The model that they are for; null: it is not installed, and there are none.</summary>
    [Parameter] public ModelView? Model { get; set; }

    /// <summary>A model that reads text; null: none is installed.</summary>
    [Parameter] public ModelView? TextModel { get; set; }

    /// <summary>One is to be tried.</summary>
    [Parameter] public EventCallback<SampleRequest> Chosen { get; set; }

    // The model's own prompts; those of the page where it names none. The images are those of the model that comes with the program.
    private IEnumerable<(string Key, string Name, string Text, string? Image, SampleRequest Request)> TextExamples(ModelView model)
    {
        var guidance = TextSettings.GuidanceOf(model.Text!);
        if (model.Text!.Prompts is { Count: > 0 } prompts)
            return prompts.Select((prompt, i) => ($"Prompt{i}", prompt,
                T["ExampleTextPrompt", ExampleRecipe.WithPrompt.Steps, guidance].Value,
                model.Shipped ? $"_content/Playground.Client/examples/prompt{i}.png" : null,
                ExampleRecipe.WithPrompt with { Model = model.Name, Prompt = prompt, Guidance = guidance, Seed = i + 1 }));
        return ExampleRecipe.OfText.Select(recipe => (recipe.Name, T[$"Example{recipe.Name}"].Value,
            T[$"ExamplePrompt{recipe.Name}"].Value, (string?)null, recipe.Request with
            {
                Model = model.Name,
                Prompt = T[$"ExamplePrompt{recipe.Name}"],
                NegativePrompt = recipe.HasNegative ? T[$"ExampleNegative{recipe.Name}"] : "",
                Guidance = guidance,
            }));
    }
}
