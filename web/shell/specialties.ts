// The specialties with a name of their own; an installation can have more. Pure.

/** By key, in the order of their names. */
export const SPECIALTIES: readonly [string, string][] = [
  ["soft_tissue", "Bone and soft tissue"], ["breast", "Breast"], ["cardiac", "Cardiac"], ["cytology", "Cytology"], ["skin", "Dermatology"],
  ["endocrine", "Endocrine"], ["gastro", "Gastrointestinal"], ["gynae", "Gynaecological"], ["haem", "Haematopathology"],
  ["head_neck", "Head and neck"], ["liver", "Liver and pancreas"], ["lung", "Lung"], ["neuro", "Neuropathology"],
  ["paediatric", "Paediatric and perinatal"], ["renal", "Renal"], ["transplant", "Transplant"], ["urology", "Urology"],
];

/** "Dermatology" for `skin`; a key without a name is spelled: "Hand surgery". */
export function specialtyName(key: string): string {
  const named = SPECIALTIES.find(([each]) => each === key)?.[1];
  const plain = key.replaceAll("_", " ");
  return named ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}
