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

    /// <summary>Whether <see cref="TextModel"/> is the one that is chosen: its examples stand first.</summary>
    [Parameter] public bool ReadsText { get; set; }

    private sealed record Example(string Key, string Name, string Text, string? Image, SampleRequest Request);

    private IEnumerable<(ModelView Model, IEnumerable<Example> Examples)> Groups
    {
        get
        {
            List<(ModelView, IEnumerable<Example>)> groups = [];
            if (Model is not null) groups.Add((Model, ClassExamples));
            if (TextModel is not null) groups.Insert(ReadsText ? 0 : groups.Count, (TextModel, TextExamples(TextModel)));
            return groups;
        }
    }

    private IEnumerable<Example> ClassExamples => ExampleRecipe.All.Select(recipe => new Example(recipe.Name,
        T[$"Example{recipe.Name}"], T[$"ExampleText{recipe.Name}"], recipe.Image, recipe.Request));

    // The model's own prompts; those of the page where it names none. The images are those of the model that comes with the program.
    private IEnumerable<Example> TextExamples(ModelView model)
    {
        var guidance = TextSettings.GuidanceOf(model.Text!);
        if (model.Text!.Prompts is { Count: > 0 } prompts)
            return prompts.Select((prompt, i) => new Example($"Prompt{i}", prompt,
                T["ExampleTextPrompt", ExampleRecipe.WithPrompt.Steps, guidance],
                model.Shipped ? $"_content/Playground.Client/examples/prompt{i}.png" : null,
                ExampleRecipe.WithPrompt with { Prompt = prompt, Guidance = guidance, Seed = i + 1 }));
        return ExampleRecipe.OfText.Select(recipe => new Example(recipe.Name, T[$"Example{recipe.Name}"],
            T[$"ExamplePrompt{recipe.Name}"], null, recipe.Request with
            {
                Prompt = T[$"ExamplePrompt{recipe.Name}"],
                NegativePrompt = recipe.HasNegative ? T[$"ExampleNegative{recipe.Name}"] : "",
                Guidance = guidance,
            }));
    }
}
