using Microsoft.Extensions.Localization;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>Asks whether an evaluation is to be deleted, and deletes it.</summary>
internal static class EvaluationDeletion
{
    /// <returns>Whether it is gone.</returns>
    public static Task<bool> AskAsync(IDialogService dialogs, IJobs jobs, EvaluationView view, IStringLocalizer<EvaluateTexts> texts)
        => ConfirmDelete.AskAsync(dialogs, texts["DeleteTitle", EvaluationText.Model(view.Title, texts)], new()
        {
            { d => d.Text, texts["DeleteText"] },
            { d => d.Delete, async _ =>
            {
                try
                {
                    await jobs.DeleteAsync(view.Job.Id, CancellationToken.None);
                    return null;
                }
                catch (RequestException e)
                {
                    return e.Message;
                }
            } },
        });
}
