using System.Linq.Expressions;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Playground.Client.Tests;

/// <summary>Components rendered with the services that they have in the application; scripts do nothing.</summary>
public abstract class ComponentTest : BunitContext
{
    protected ComponentTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddLocalization();
        Services.AddMudServices(o => o.PopoverOptions.CheckForPopoverProvider = false);
    }

    /// <summary>The element that a script or a screen reader finds by <paramref name="selector"/>; fails with the markup where there is not
    /// exactly one.</summary>
    protected static IElement One(IRenderedComponent<IComponent> component, string selector)
    {
        var found = component.FindAll(selector);
        Assert.True(found.Count == 1, $"{found.Count} elements match '{selector}' in {component.Markup}");
        return found[0];
    }

    /// <summary>Opens a dialog as a page does.</summary>
    /// <returns>What holds the open dialogs, and what the dialog ends with.</returns>
    protected async Task<(IRenderedComponent<MudDialogProvider> Shown,
        Task<DialogResult?> Result)> OpenAsync<TDialog>(DialogParameters<TDialog> parameters)
        where TDialog : IComponent
    {
        var provider = Render<MudDialogProvider>();
        var dialogs = Services.GetRequiredService<IDialogService>();
        var reference = await provider.InvokeAsync(() => dialogs.ShowAsync<TDialog>("A question", parameters));
        return (provider, reference.Result);
    }
}
