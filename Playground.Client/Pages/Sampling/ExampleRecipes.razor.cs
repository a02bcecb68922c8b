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

    private SampleRequest Filled(ExampleRecipe recipe, string model) => recipe.Request with
    {
        Model = model,
        Prompt = T[$"ExamplePrompt{recipe.Name}"],
        NegativePrompt = recipe.HasNegative ? T[$"ExampleNegative{recipe.Name}"] : "",
    };
}
